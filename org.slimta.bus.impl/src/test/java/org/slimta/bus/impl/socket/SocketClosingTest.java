package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A closed server, client or factory leaves nothing behind: no port, no thread that waits, no class loader. */
@Timeout(60)
class SocketClosingTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @Test
    void aClosedServersPortIsFree() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        int port = server.address().getPort();
        for (int i = 0; i < 10; i++) {
            server.close();
            server = buses.factory().newServer("127.0.0.1", port, String.class, String.class);
        }
    }

    @Test
    void closingEndsTheWaitForACodecAndForRoom() throws Exception {
        BusServer<Integer, String> server = buses.factory().newServer("127.0.0.1", 0, Integer.class, String.class);
        ClientOptions options = ClientOptions.builder()
                .missingCodecTimeout(Duration.ofMinutes(10))
                .sendTimeout(Duration.ofMinutes(10))
                .maxInFlight(1)
                .build();
        BusClient<Integer, String> client = buses.factory()
                .newClient("127.0.0.1", server.address().getPort(), Integer.class, String.class, options);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread sender = new Thread(() -> {
                try {
                    client.sendRequest(List.of(1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            sender.start();
            senders.add(sender);
            Await.parked(sender);
        }
        client.close();
        for (Thread sender : senders) {
            sender.join(20_000);
            assertTrue(!sender.isAlive());
        }
    }

    @Test
    void threadsHoldNoClassLoaderOfTheThreadThatOpenedABus() throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (StandaloneBusFactory other = new StandaloneBusFactory(new TextCodec());
                URLClassLoader consumer = new URLClassLoader(new URL[0], before)) {
            current.setContextClassLoader(consumer);
            BusServer<String, String> server = other.newServer("127.0.0.1", 0, String.class, String.class);
            other.newChain(server, List.of(BusFilter.passOn()));
            other.newClient("127.0.0.1", server.address().getPort(), String.class, String.class)
                    .sendRequest(List.of("a"))
                    .response();
            current.setContextClassLoader(before);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                assertNotSame(consumer, thread.getContextClassLoader(), thread.getName());
            }
        } finally {
            current.setContextClassLoader(before);
        }
    }

    @Test
    void aClosedFactoryLeavesNeitherThreadsNorSockets() throws Exception {
        StandaloneBusFactory other = new StandaloneBusFactory(new TextCodec());
        BusServer<String, String> server = other.newServer("127.0.0.1", 0, String.class, String.class);
        BusClient<String, String> client =
                other.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
        CompletableFuture<List<String>> stage =
                client.sendRequest(List.of("a")).response().toCompletableFuture();
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), stage.get(20, TimeUnit.SECONDS));
        buses.factory().close();
        other.close();
        assertThrows(IllegalStateException.class, other::newLocal);
        Await.until("no thread of a bus is left", () -> ownThreads() == 0);
        try (Socket socket = new Socket()) {
            assertThrows(
                    ConnectException.class,
                    () -> socket.connect(
                            new InetSocketAddress("127.0.0.1", server.address().getPort()), 5000));
        }
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slimta-bus"))
                .count();
    }
}
