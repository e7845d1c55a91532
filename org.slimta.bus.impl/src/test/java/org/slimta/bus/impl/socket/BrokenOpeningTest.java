package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transaction.ManagedBus;

/** Connections to a server that goes on break while they are being opened. */
class BrokenOpeningTest extends TlsFixture {

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger toBreak = new AtomicInteger();
    private ServerSocket relay;

    @BeforeEach
    void open() throws Exception {
        open(own("server"));
        relay = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.submit(this::acceptAll);
    }

    @AfterEach
    void closeRelay() throws IOException {
        relay.close();
        breakAll();
    }

    private void breakAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Breaks all connections, and waits until the client knows it: what it sends then has to open one. */
    private void breakAll(BusClient<String, String> client) throws Exception {
        breakAll();
        Await.until("the client has no connection", () -> {
            BusDTO state = new BusDTO();
            ((ManagedBus) client).report(state);
            return state.peers == 0;
        });
    }

    private Void acceptAll() throws IOException {
        while (true) {
            Socket near = relay.accept();
            if (toBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                near.close();
            } else {
                Socket far = new Socket(
                        InetAddress.getLoopbackAddress(), server.address().getPort());
                sockets.addAll(List.of(near, far));
                threads.submit(() -> pass(near, far));
                threads.submit(() -> pass(far, near));
            }
        }
    }

    private static Void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
        return null;
    }

    private BusClient<String, String> client(Duration connectTimeout) {
        return factory.newClient(
                "localhost",
                relay.getLocalPort(),
                String.class,
                String.class,
                ClientOptions.builder()
                        .connectTimeout(connectTimeout)
                        .tls(trusting("ca").build())
                        .build());
    }

    @Test
    void aKnownServerIsTriedAgain() throws Exception {
        BusClient<String, String> client = client(Duration.ofSeconds(10));
        assertEquals("re: 1", ask(client, "1"));
        toBreak.set(5);
        breakAll(client);
        assertEquals("re: 2", ask(client, "2"));
    }

    @Test
    void aServerThatBreaksEachConnectionIsGivenUp() throws Exception {
        BusClient<String, String> client = client(Duration.ofSeconds(2));
        assertEquals("re: 1", ask(client, "1"));
        toBreak.set(Integer.MAX_VALUE);
        breakAll(client);
        BusException failure = assertThrows(BusException.class, () -> ask(client, "2"));
        assertEquals(Reason.CONNECT, failure.reason());
        assertEquals(Outcome.NOT_PROCESSED, failure.outcome());
    }

    @Test
    void anUnknownServerIsNotTriedAgain() {
        toBreak.set(1);
        BusClient<String, String> client = client(Duration.ofSeconds(10));
        BusException failure = assertThrows(BusException.class, () -> ask(client, "1"));
        assertEquals(Reason.CONNECT, failure.reason());
    }
}
