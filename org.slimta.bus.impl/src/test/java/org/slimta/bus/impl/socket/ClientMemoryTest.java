package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What a client holds in memory is bounded, whatever its server and its user do. */
class ClientMemoryTest {

    private static final int LARGE = 100_000;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        factory.close();
    }

    private static long heldBy(BusClient<String, String> client) {
        BusDTO bus = new BusDTO();
        ((SocketClient<String, String>) client).report(bus);
        return bus.heldBytes;
    }

    private BusClient<String, String> client(int port, ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", port, String.class, String.class, options.build());
    }

    @Test
    void requestsThatTheServerDoesNotReadAreBounded() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            BusClient<String, String> client = client(
                    silent.getLocalPort(),
                    ClientOptions.builder()
                            .memoryLimit(1 << 20)
                            .sendTimeout(Duration.ofMillis(20))
                            .responseTimeout(Duration.ofMinutes(1)));
            List<ClientTransaction<String>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(client.sendRequest(List.of("x".repeat(LARGE))));
                assertTrue(heldBy(client) <= 1 << 20, heldBy(client) + " bytes");
            }
            BusException failure = assertThrows(BusException.class, sent.get(19)::recvResponse);
            assertEquals(Reason.OVERLOADED, failure.reason());
            assertTrue(failure.getMessage().contains("memoryLimit"), failure.getMessage());
            assertTrue(heldBy(client) >= 7 * LARGE, heldBy(client) + " bytes");
            client.close();
            assertEquals(0, heldBy(client));
        }
    }

    @Test
    void aRequestLargerThanAllThatMayBeHeldIsRefused() throws Exception {
        BusClient<String, String> client = client(1, ClientOptions.builder().memoryLimit(1 << 20));
        BusException failure =
                assertThrows(BusException.class, client.sendRequest(List.of("x".repeat(2 << 20)))::recvResponse);
        assertEquals(Reason.TOO_LARGE, failure.reason());
        assertTrue(failure.getMessage().contains("over the limit memoryLimit of 1048576"), failure.getMessage());
        assertEquals(0, heldBy(client));
    }

    @Test
    void responsesThatWaitBehindCallbacksWhichBlockAreCounted() throws Exception {
        BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
        BusClient<String, String> client =
                client(server.address().getPort(), ClientOptions.builder().maxInFlight(2));
        CountDownLatch blocked = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            client.sendRequest(List.of("a")).response().thenRun(() -> {
                blocked.countDown();
                awaitRelease();
            });
        }
        for (int i = 0; i < 2; i++) {
            ServerTransaction<String, String> received = server.recvRequest();
            received.sendResponse(List.of("b"));
        }
        assertTrue(blocked.await(20, TimeUnit.SECONDS));
        var waiting = client.sendRequest(List.of("c")).response().toCompletableFuture();
        server.recvRequest().sendResponse(List.of("y".repeat(LARGE)));
        Await.until("it is counted", () -> heldBy(client) >= LARGE);
        release.countDown();
        assertEquals(LARGE, waiting.get(20, TimeUnit.SECONDS).get(0).length());
        Await.until("nothing is held any more", () -> heldBy(client) == 0);
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aResponseOverALimitOfTheClientFailsItsTransactionAlone() throws Exception {
        BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
        BusClient<String, String> client = client(
                server.address().getPort(),
                ClientOptions.builder()
                        .poolSize(1)
                        .limits(FrameLimits.builder().maxXmlSize(1000).build()));
        ClientTransaction<String> first = client.sendRequest(List.of("first"));
        server.recvRequest().sendResponse(List.of("first"));
        first.recvResponse();
        ClientTransaction<String> other = client.sendRequest(List.of("other"));
        ServerTransaction<String, String> others = server.recvRequest();
        ClientTransaction<String> large = client.sendRequest(List.of("large"));
        server.recvRequest().sendResponse(List.of("y".repeat(LARGE)));
        BusException failure = assertThrows(BusException.class, large::recvResponse);
        assertEquals(Reason.TOO_LARGE, failure.reason());
        others.sendResponse(List.of("fine"));
        assertEquals(List.of("fine"), other.recvResponse());
    }

    @Test
    void soItDoesOnAConnectionForLargeOnesWhichIsUsedAgain() throws Exception {
        String large = "x".repeat(300_000);
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(20_000);
            BusClient<String, String> client = client(
                    listener.getLocalPort(),
                    ClientOptions.builder()
                            .poolSize(1)
                            .limits(FrameLimits.builder().maxXmlSize(400_000).build()));
            ClientTransaction<String> first = client.sendRequest(List.of(large));
            try (RawPeer peer = new RawPeer(listener.accept())) {
                peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
                first.recvResponse();
                ClientTransaction<String> rejected = client.sendRequest(List.of(large));
                peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "y".repeat(500_000)));
                assertEquals(
                        Reason.TOO_LARGE,
                        assertThrows(BusException.class, rejected::recvResponse).reason());
                ClientTransaction<String> next = client.sendRequest(List.of(large));
                peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "2"));
                assertEquals(List.of("2"), next.recvResponse());
            }
        }
    }
}
