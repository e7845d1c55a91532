package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.RequestHandler;

/**
 * Unregistering a handler waits for the transactions that it processes: not for its own one, on all buses at the same
 * time, and hardly if Configuration Admin would be blocked.
 */
@Timeout(60)
class LeavingTest {

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        mayEnd.countDown();
        container.close();
    }

    private BusClient<String, String> local(String name, String drainTimeout) throws Exception {
        container.local(name, "drainTimeout", drainTimeout, "responseTimeout", "20s");
        return container.service(BusClient.class, name);
    }

    private RequestHandler<String, String> slow(CountDownLatch begun) {
        return received -> {
            begun.countDown();
            mayEnd.await();
            return CompletableFuture.completedFuture(List.of("finished"));
        };
    }

    @Test
    void aHandlerThatUnregistersItselfDoesNotWaitForItself() throws Exception {
        BusClient<String, String> client = local("own", "40s");
        AtomicReference<ServiceRegistration<?>> itself = new AtomicReference<>();
        CountDownLatch registered = new CountDownLatch(1);
        itself.set(container.handler(
                received -> {
                    registered.await();
                    itself.get().unregister();
                    return CompletableFuture.completedFuture(List.of("gone"));
                },
                "own"));
        registered.countDown();
        assertEquals("gone", Container.ask(client, "x"));
    }

    @Test
    void aHandlerThatStopsItsBundleDoesNotWaitForItself() throws Exception {
        BusClient<String, String> client = local("own", "40s");
        Bundle bundle = container.install("stops.itself");
        Container.handler(
                bundle.getBundleContext(),
                received -> {
                    bundle.stop();
                    return CompletableFuture.completedFuture(List.of("stopped"));
                },
                "own");
        assertEquals("stopped", Container.ask(client, "x"));
        assertEquals(Bundle.RESOLVED, bundle.getState());
    }

    @Test
    void aHandlerThatUnregistersItselfWaitsForItsOtherTransactions() throws Exception {
        BusClient<String, String> client = local("both", "40s");
        AtomicReference<ServiceRegistration<?>> itself = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch unregistering = new CountDownLatch(1);
        RequestHandler<String, String> slow = slow(begun);
        itself.set(container.handler(
                received -> {
                    if (received.requests().get(0).equals("slow")) {
                        return slow.handle(received);
                    }
                    unregistering.countDown();
                    itself.get().unregister();
                    return CompletableFuture.completedFuture(List.of("after " + mayEnd.getCount()));
                },
                "both"));
        ClientTransaction<String> other = client.sendRequest(List.of("slow"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        ClientTransaction<String> own = client.sendRequest(List.of("unregister"));
        assertTrue(unregistering.await(20, TimeUnit.SECONDS));
        Container.await("the handler receives nothing more", () -> container.bus("both").handler == -1);
        mayEnd.countDown();
        assertEquals(List.of("finished"), other.recvResponse());
        assertEquals(List.of("after 0"), own.recvResponse());
    }

    /** If one bus were waited for after the other, this would take eight seconds. */
    @Test
    void aHandlerOfManyBusesIsWaitedForOnAllOfThemAtOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(4);
        List<BusClient<String, String>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(local("many" + i, "2s"));
        }
        ServiceRegistration<?> handler = container.handler(slow(begun), "many*");
        for (BusClient<String, String> client : clients) {
            client.sendRequest(List.of("x"));
        }
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        long start = System.nanoTime();
        handler.unregister();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 1900 && millis < 6000, "it took " + millis + " ms");
    }

    /**
     * The two buses are notified twice before a codec leaves. If each notification waited, this would take eight
     * seconds.
     */
    @Test
    void aCodecThatLeavesIsWaitedForOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        container.handler(slow(begun), "of*");
        for (String name : List.of("of-one", "of-two")) {
            container.server(name, "drainTimeout", "2s");
            container.<String>clientOf(name).sendRequest(List.of("x"));
        }
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        long start = System.nanoTime();
        container.codecs.remove(1);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 1900 && millis < 6000, "it took " + millis + " ms");
    }

    /** A method that Configuration Admin calls. */
    private interface Updated {

        void updated(Dictionary<String, ?> properties) throws Exception;
    }

    private static void callBack(Updated updated) throws Exception {
        updated.updated(new Hashtable<>());
    }

    @Test
    void aHandlerThatIsUnregisteredByConfigurationAdminHardlyBlocksIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        BusClient<String, String> client = local("configured", "120s");
        ServiceRegistration<?> handler = container.handler(slow(begun), "configured");
        ClientTransaction<String> sent = client.sendRequest(List.of("x"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        Updated updated = new Updated() {
            @Override
            public void updated(Dictionary<String, ?> properties) {
                handler.unregister();
            }
        };
        callBack(updated);
        assertFalse(sent.response().toCompletableFuture().isDone());
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
    }

    @Test
    void aBundleThatIsStoppedByConfigurationAdminWaitsForItsTransactions() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        BusClient<String, String> client = local("bundled", "120s");
        Bundle bundle = container.install("handles");
        Container.handler(bundle.getBundleContext(), slow(begun), "bundled");
        ClientTransaction<String> sent = client.sendRequest(List.of("x"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        Updated updated = new Updated() {
            @Override
            public void updated(Dictionary<String, ?> properties) throws BundleException {
                bundle.stop();
            }
        };
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            try {
                callBack(updated);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Container.await("the handler receives nothing more", () -> container.bus("bundled").handler == -1);
        assertThrows(TimeoutException.class, () -> stopped.get(1, TimeUnit.SECONDS));
        assertEquals(Bundle.STOPPING, bundle.getState());
        mayEnd.countDown();
        stopped.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("finished"), sent.recvResponse());
    }
}
