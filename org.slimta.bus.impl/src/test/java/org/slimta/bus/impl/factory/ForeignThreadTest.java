package org.slimta.bus.impl.factory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A thread that is not ours keeps nothing of ours, nor of Grizzly's, whatever it did with buses: else no class loader would go. */
class ForeignThreadTest {

    @Test
    void keepsNoThreadLocals() throws Exception {
        FutureTask<Set<String>> using = new FutureTask<>(() -> {
            useBuses();
            return ownersOfThreadLocals(Thread.currentThread());
        });
        new Thread(using, "foreign").start();
        Set<String> owners = using.get(60, TimeUnit.SECONDS);
        owners.removeIf(name -> !name.startsWith("org.glassfish") && !name.startsWith("org.slimta"));
        assertEquals(Set.of(), owners);
    }

    /** Both ends on one thread, with an answer of its own and one by a callback, and a server that goes under its client. */
    private static void useBuses() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
            BusClient<String, String> client =
                    factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
            String large = "x".repeat(1 << 20);
            for (String request : List.of("a", "b", large, large)) {
                var transaction = client.sendRequest(List.of(request));
                ServerTransaction<String, String> received = server.recvRequest();
                received.sendResponse(received.requests());
                assertEquals(List.of(request), transaction.recvResponse());
            }
            client.sendRequest(List.of("c"));
            server.recvRequest();
            client.close();
            server.close();
        }
    }

    private static Set<String> ownersOfThreadLocals(Thread thread) throws ReflectiveOperationException {
        Set<String> owners = new TreeSet<>();
        Object map = get(Thread.class, "threadLocals", thread);
        Object table = map == null ? null : get(map.getClass(), "table", map);
        for (int i = 0; table != null && i < Array.getLength(table); i++) {
            Object entry = Array.get(table, i);
            if (entry == null) {
                continue;
            }
            Object key = ((java.lang.ref.Reference<?>) entry).get();
            Object value = get(entry.getClass(), "value", entry);
            for (Object kept : new Object[] {key, value}) {
                if (kept != null) {
                    owners.add((kept.getClass().isArray() ? kept.getClass().getComponentType() : kept.getClass())
                            .getName());
                }
            }
        }
        return owners;
    }

    private static Object get(Class<?> type, String name, Object of) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @Test
    void ourThreadsKeepNothingOfTheOneThatNeededThemFirst() throws Exception {
        InheritableThreadLocal<Object> inherited = new InheritableThreadLocal<>();
        ClassLoader own = new ClassLoader(getClass().getClassLoader()) {};
        FutureTask<Object> using = new FutureTask<>(() -> {
            inherited.set(new Object());
            Thread.currentThread().setContextClassLoader(own);
            try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
                BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
                BusClient<String, String> client =
                        factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
                CountDownLatch told = new CountDownLatch(1);
                Object[] seen = new Object[2];
                var transaction = client.sendRequest(List.of("a"));
                transaction.response().thenRun(() -> {
                    seen[0] = inherited.get();
                    seen[1] = Thread.currentThread().getContextClassLoader();
                    told.countDown();
                });
                ServerTransaction<String, String> received = server.recvRequest();
                received.sendResponse(received.requests());
                assertTrue(told.await(20, TimeUnit.SECONDS));
                assertNull(seen[0]);
                assertTrue(seen[1] != own);
            }
            return null;
        });
        new Thread(using, "foreign").start();
        using.get(60, TimeUnit.SECONDS);
    }

    @Test
    void aThreadThatIsInterruptedMayOpenAndCloseBuses() throws Exception {
        FutureTask<Boolean> using = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
                factory.newServer("127.0.0.1", 0, String.class, String.class);
            }
            return Thread.interrupted();
        });
        new Thread(using, "foreign").start();
        assertTrue(using.get(60, TimeUnit.SECONDS), "the interrupt is kept");
    }
}
