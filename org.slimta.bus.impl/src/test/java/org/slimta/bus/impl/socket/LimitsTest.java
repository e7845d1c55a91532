package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What clients may take of a server is bounded, and nobody else is harmed by who wants more. */
@Timeout(20)
class LimitsTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private BusServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
        threads.shutdownNow();
    }

    private void open(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
    }

    private void serve(String answer) {
        threads.submit(new EchoServer<>(
                server,
                transaction -> transaction.sendResponse(
                        transaction.requests().stream().map(request -> answer).toList())));
    }

    private BusClient<String, String> client(ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class, options.build());
    }

    private String ask(BusClient<String, String> client, String text) throws Exception {
        return client.sendRequest(List.of(text)).recvResponse().get(0);
    }

    private RawPeer connect() throws IOException {
        return new RawPeer(
                new Socket(server.address().getAddress(), server.address().getPort()));
    }

    private static void assertEnds(RawPeer peer) throws IOException {
        try {
            assertNull(peer.receive());
        } catch (SocketException e) {
            // It was closed with something unread.
        }
    }

    private static byte[] partOfFrame(int size, int sent) {
        ByteBuffer bytes = ByteBuffer.allocate(sent);
        bytes.putShort((short) 2).putInt(11).put("<requests/>".getBytes(UTF_8)).putInt(size);
        return bytes.array();
    }

    @Test
    void oneAddressHasItsShareOfTheConnections() throws Exception {
        open(ServerOptions.builder().maxConnectionsPerAddress(2));
        serve("yes");
        try (RawPeer one = connect();
                RawPeer two = connect()) {
            one.send(RawPeer.requests(1, "a"));
            assertEquals(RawPeer.responses(1, "yes"), one.receive());
            try (RawPeer three = connect()) {
                assertEnds(three);
            }
            two.send(RawPeer.requests(1, "a"));
            assertEquals(RawPeer.responses(1, "yes"), two.receive());
            one.hangUp();
            String answer = null;
            while (answer == null || answer.contains("overloaded")) {
                try (RawPeer next = connect()) {
                    next.send(RawPeer.requests(1, "a"));
                    answer = next.receive();
                } catch (SocketException e) {
                    // The server has not seen yet that the first one has gone.
                }
            }
            assertEquals(RawPeer.responses(1, "yes"), answer);
        }
    }

    @Test
    void anIpv6NetworkIsOneAddress() throws Exception {
        ConnectionLimiter admission = new ConnectionLimiter();
        ServerOptions options = ServerOptions.builder()
                .maxConnectionsPerAddress(1)
                .maxConnections(3)
                .build();
        assertNull(admission.admit(InetAddress.getByName("2001:db8:1:2::1"), options));
        assertEquals(
                "this address already has 1 connections (maxConnectionsPerAddress)",
                admission.admit(InetAddress.getByName("2001:db8:1:2:ffff::7"), options));
        assertNull(admission.admit(InetAddress.getByName("2001:db8:1:3::1"), options));
        assertNull(admission.admit(InetAddress.getByName("192.0.2.1"), options));
        assertEquals(
                "the server already has 3 connections (maxConnections)",
                admission.admit(InetAddress.getByName("192.0.2.2"), options));
        admission.release(InetAddress.getByName("2001:db8:1:2::1"));
        assertNull(admission.admit(InetAddress.getByName("2001:db8:1:2::9"), options));
        assertEquals(3, admission.count());
    }

    @Test
    void aConnectionIsReadUntilMaxInFlightPerConnectionAreUnanswered() throws Exception {
        open(ServerOptions.builder().maxInFlightPerConnection(2));
        try (RawPeer peer = connect()) {
            peer.send(
                    RawPeer.requests(1, "a"),
                    RawPeer.requests(2, "b"),
                    RawPeer.requests(3, "c"),
                    RawPeer.requests(4, "d"));
            ServerTransaction<String, String> first = server.recvRequest();
            server.recvRequest();
            BusException none = assertThrows(BusException.class, () -> server.recvRequest(Duration.ofMillis(100)));
            assertEquals(Reason.TIMEOUT, none.reason());
            first.sendResponse(List.of("yes"));
            assertEquals(List.of("c"), server.recvRequest().requests());
            assertEquals(RawPeer.responses(1, "yes"), peer.receive());
        }
    }

    @Test
    void halfFramesDoNotHoldUpOthers() throws Exception {
        open(ServerOptions.builder().memoryLimit(1 << 20));
        serve("yes");
        BusClient<String, String> good = client(ClientOptions.builder());
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket =
                    new Socket(server.address().getAddress(), server.address().getPort());
            socket.setSoTimeout(20_000);
            stalled.add(socket);
            socket.getOutputStream().write(partOfFrame(1 << 20, 200 << 10));
            assertEquals("yes", ask(good, "a"));
        }
        assertEquals("yes", ask(good, "x".repeat(800 << 10)), "there is room for who goes on");
        int given = 0;
        for (Socket socket : stalled) {
            try {
                socket.setSoTimeout(10);
                given += socket.getInputStream().read() < 0 ? 1 : 0;
            } catch (java.net.SocketTimeoutException e) {
                // This one may keep what it has.
            } catch (SocketException e) {
                given++;
            }
            socket.close();
        }
        assertTrue(given > 0, "none was given up");
    }

    @Test
    void aFrameLargerThanAllThatMayBeHeldIsRefused() throws Exception {
        open(ServerOptions.builder().memoryLimit(1 << 20));
        serve("yes");
        BusClient<String, String> client = client(ClientOptions.builder());
        BusException refused = assertThrows(BusException.class, () -> ask(client, "x".repeat(3 << 20)));
        assertEquals(Reason.TOO_LARGE, refused.reason());
        assertTrue(refused.getMessage().endsWith("over the limit memoryLimit of 1048576"), refused.getMessage());
        assertEquals("yes", ask(client, "a"));
    }

    @Test
    void clientsThatNeverReadDoNotUseUpTheMemory() throws Exception {
        open(ServerOptions.builder().memoryLimit(4 << 20));
        serve("x".repeat(300 << 10));
        BusClient<String, String> good = client(ClientOptions.builder());
        List<RawPeer> greedy = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawPeer peer = connect();
            greedy.add(peer);
            String[] requests = new String[40];
            Arrays.setAll(requests, tx -> RawPeer.requests(tx + 1, "a"));
            peer.send(requests);
        }
        MemoryBudget held = ((SocketServer<String, String>) server).memory();
        for (int i = 0; i < 20; i++) {
            assertEquals(300 << 10, ask(good, "a").length());
            assertTrue(held.total() < 9 << 20, held.total() + " bytes are held");
        }
        for (RawPeer peer : greedy) {
            peer.close();
        }
    }

    @Test
    void aQueueFullOfRequestsOfClientsThatDoNotReadIsFreeForOthers() throws Exception {
        open(ServerOptions.builder().queueSize(4).frameTimeout(Duration.ofSeconds(2)));
        serve("x".repeat(100 << 10));
        BusClient<String, String> good = client(ClientOptions.builder());
        assertEquals(100 << 10, ask(good, "a").length());
        List<RawPeer> deaf = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawPeer peer = connect();
            deaf.add(peer);
            String[] requests = new String[200];
            Arrays.setAll(requests, tx -> RawPeer.requests(tx + 1, "a"));
            peer.send(requests);
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(100 << 10, ask(good, "a").length());
        }
        for (RawPeer peer : deaf) {
            peer.close();
        }
    }

    @Test
    void theNumbersOfItemsAndElementsOfAnArrayAreLimited() throws Exception {
        open(ServerOptions.builder()
                .limits(FrameLimits.builder().maxItems(3).maxElements(5).build()));
        serve("yes");
        BusClient<String, String> client = client(ClientOptions.builder());
        assertEquals(
                3, client.sendRequest(List.of("a", "b", "c")).recvResponse().size());
        BusException items = assertThrows(
                BusException.class,
                () -> client.sendRequest(List.of("a", "b", "c", "d")).recvResponse());
        assertEquals(Reason.TOO_LARGE, items.reason());
        assertTrue(
                items.getMessage().contains("the array has 4 items, over the limit maxItems of 3"), items.getMessage());
        BusException elements = assertThrows(
                BusException.class,
                () -> client.sendRequest(List.of("a", "b", "c", "d", "e")).recvResponse());
        assertEquals(Reason.TOO_LARGE, elements.reason());
        assertTrue(elements.getMessage().contains("over the limit maxElements of 5"), elements.getMessage());
        BusClient<String, String> small = client(
                ClientOptions.builder().limits(FrameLimits.builder().maxItems(1).build()));
        BusException own = assertThrows(
                BusException.class, () -> small.sendRequest(List.of("a", "b")).recvResponse());
        assertTrue(own.getMessage().contains("the array has 2 items, over the limit maxItems of 1"), own.getMessage());
    }
}
