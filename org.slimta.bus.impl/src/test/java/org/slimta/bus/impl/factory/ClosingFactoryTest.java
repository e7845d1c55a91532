package org.slimta.bus.impl.factory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Closing a factory waits until all its buses are closed, whichever thread began to close them. */
@Timeout(60)
class ClosingFactoryTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());

    private void closingWaitsFor(BusServer<String, String> server, Runnable closing, ClientTransaction<String> sent)
            throws Exception {
        ServerTransaction<String, String> received = server.recvRequest();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(closing);
        Await.until("the server is closing", () -> {
            BusException e = assertThrows(BusException.class, () -> server.recvRequest(Duration.ZERO));
            return e.reason() == Reason.CLOSED;
        });
        factory.newLocal(); // Opening a bus makes the factory look for those that were closed elsewhere.
        CompletableFuture<Void> all = CompletableFuture.runAsync(factory::close);
        Await.until("the factory is closing", () -> {
            try {
                factory.newLocal().close();
                return false;
            } catch (IllegalStateException e) {
                return true; // It is closing.
            }
        });
        assertThrows(TimeoutException.class, () -> all.get(300, TimeUnit.MILLISECONDS));
        assertFalse(closed.isDone());
        received.sendResponse(List.of("answered"));
        assertEquals(List.of("answered"), sent.recvResponse());
        all.get(20, TimeUnit.SECONDS);
        closed.get(20, TimeUnit.SECONDS);
    }

    @Test
    void closingWaitsForAServerThatAnotherThreadCloses() throws Exception {
        BusServer<String, String> server = factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().drainTimeout(LONG).build());
        try (StandaloneBusFactory other = new StandaloneBusFactory(new TextCodec())) {
            BusClient<String, String> client =
                    other.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
            closingWaitsFor(server, server::close, client.sendRequest(List.of("x")));
        }
    }

    @Test
    void closingWaitsForALocalBusThatAnotherThreadCloses() throws Exception {
        LocalBus<String, String> bus =
                factory.newLocal(LocalOptions.builder().drainTimeout(LONG).build());
        closingWaitsFor(bus.server(), bus::close, bus.client().sendRequest(List.of("x")));
    }

    @Test
    void aClosedBusIsNotKept() {
        OwningBusFactory owner =
                new OwningBusFactory(new CodecRegistry(), new ProviderResources(), bundle(Bundle.ACTIVE));
        Await.until("of the closed buses none but the last is kept", () -> {
            owner.newLocal().close();
            owner.newLocal().close();
            return owner.openedCount() == 1;
        });
        owner.close();
        factory.close();
    }

    private static Bundle bundle(int state) {
        return (Bundle) Proxy.newProxyInstance(
                ClosingFactoryTest.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> method.getName().equals("getState") ? (Object) state : "owner");
    }

    /** The method that Configuration Admin calls. */
    private interface Updated {

        void updated(Dictionary<String, ?> properties);
    }

    /** A component with a server is restarted with another configuration. */
    @Test
    void aBundleThatStaysDrainsOnAnotherThreadWhileConfigurationAdminWaits() throws Exception {
        CodecRegistry codecs = new CodecRegistry();
        codecs.add(new CodecRegistry.Rank(0, 1), null, new TextCodec());
        ProviderResources resources = new ProviderResources();
        ServerOptions options = ServerOptions.builder().drainTimeout(LONG).build();
        OwningBusFactory owner = new OwningBusFactory(codecs, resources, bundle(Bundle.ACTIVE));
        BusServer<String, String> server = owner.newServer("127.0.0.1", 0, String.class, String.class, options);
        int port = server.address().getPort();
        BusClient<String, String> client = factory.newClient("127.0.0.1", port, String.class, String.class);
        ClientTransaction<String> sent = client.sendRequest(List.of("x"));
        ServerTransaction<String, String> received = server.recvRequest();
        OwningBusFactory next = new OwningBusFactory(codecs, resources, bundle(Bundle.ACTIVE));
        Updated updated = new Updated() {
            @Override
            public void updated(Dictionary<String, ?> properties) {
                owner.close();
            }
        };
        updated.updated(new Hashtable<>());
        next.newServer("127.0.0.1", port, String.class, String.class, options); // The port is free.
        assertFalse(sent.response().toCompletableFuture().isDone());
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            next.close();
            resources.close();
        });
        assertThrows(TimeoutException.class, () -> stopped.get(300, TimeUnit.MILLISECONDS));
        received.sendResponse(List.of("answered"));
        assertEquals(List.of("answered"), sent.recvResponse());
        stopped.get(20, TimeUnit.SECONDS);
        factory.close();
    }

    @Test
    void aBundleThatStopsWaitsForDrainingEvenThen() throws Exception {
        OwningBusFactory owner =
                new OwningBusFactory(new CodecRegistry(), new ProviderResources(), bundle(Bundle.STOPPING));
        LocalBus<String, String> bus =
                owner.newLocal(LocalOptions.builder().drainTimeout(LONG).build());
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("x"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        Updated updated = new Updated() {
            @Override
            public void updated(Dictionary<String, ?> properties) {
                owner.close();
            }
        };
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> updated.updated(new Hashtable<>()));
        assertThrows(TimeoutException.class, () -> closed.get(300, TimeUnit.MILLISECONDS));
        received.sendResponse(List.of("answered"));
        assertEquals(List.of("answered"), sent.recvResponse());
        closed.get(20, TimeUnit.SECONDS);
        factory.close();
    }
}
