package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A client that finds no room at a server is told so, if it can be: then it knows that its request was not processed. */
@Timeout(60)
class OverflowConnectionsTest {

    private static final String DRAIN = "<control drain=\"true\"/>";

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private SocketServer<String, String> server;
    private RawPeer served;

    @BeforeEach
    void open() throws Exception {
        server = (SocketServer<String, String>) factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().maxConnectionsPerAddress(1).build());
        served = connect();
        assertServed();
    }

    /** Whoever is served notices nothing. */
    private void assertServed() throws Exception {
        served.send(RawPeer.requests(1, "a"));
        server.recvRequest().sendResponse(List.of("yes"));
        assertEquals(RawPeer.responses(1, "yes"), served.receive());
    }

    @AfterEach
    void close() throws Exception {
        assertServed();
        served.close();
        Await.until(
                "all connections are closed and no bytes are held",
                () -> report().peers == 0 && server.memory().total() == 0);
        factory.close();
    }

    private BusDTO report() {
        BusDTO bus = new BusDTO();
        server.report(bus);
        return bus;
    }

    private RawPeer connect() throws IOException {
        return new RawPeer(
                new Socket(server.address().getAddress(), server.address().getPort()));
    }

    private static void assertToldAndEnded(RawPeer peer, long tx) throws IOException {
        String told = peer.receive();
        assertTrue(told.startsWith("<responses tx=\"" + tx + "\" error=\"overloaded\">bus server 127.0.0.1:"), told);
        assertTrue(
                told.endsWith("this address already has 1 connections (maxConnectionsPerAddress)</responses>"), told);
        assertEquals(DRAIN, peer.receive());
        assertEquals(DRAIN, peer.receive());
        assertNull(peer.receive());
    }

    private static void assertClosed(RawPeer peer) throws IOException {
        try {
            assertNull(peer.receive());
        } catch (SocketException e) {
            // It was closed with something unread.
        }
    }

    @Test
    void aClientThatNumbersItsTransactionsIsNotified() throws Exception {
        for (String xml : List.of(
                RawPeer.requests(7, "a"),
                "<requests tx=\"7\"/>",
                "<?xml version='1.0'?><requests ttl='5' tx='7'><text>a</text></requests>",
                RawPeer.requests(7, "x".repeat(100)),
                RawPeer.requests(7, "x".repeat(1 << 20)))) {
            try (RawPeer peer = connect()) {
                peer.send(xml);
                assertToldAndEnded(peer, 7);
            }
        }
        assertEquals(5, report().failed.get("OVERLOADED"));
        assertEquals(1, report().peers);
    }

    /** It has the rest of its frame to send, and reads its response only then. */
    @Test
    void aLargeFrameIsReadToItsEnd() throws Exception {
        try (RawPeer peer = connect()) {
            byte[] xml = RawPeer.frame(RawPeer.requests(8, "a"));
            xml[1] = 2;
            peer.sendBytes(xml);
            peer.sendBytes(ByteBuffer.allocate(4).putInt(20 << 20).array());
            peer.sendBytes(new byte[20 << 20]);
            assertToldAndEnded(peer, 8);
        }
    }

    @Test
    void whateverElseComesIsClosedWithoutAWord() throws Exception {
        for (byte[] bytes : List.of(
                RawPeer.frame("<requests><text>a</text></requests>"),
                RawPeer.frame("<requests><text>" + "x".repeat(100_000) + "</text></requests>"),
                RawPeer.frame("<control ping=\"1\"/>"),
                RawPeer.frame("<responses tx=\"1\"></responses>"),
                RawPeer.frame("no XML"),
                "EHLO mail.example.com\r\n".getBytes(UTF_8),
                new byte[] {0, 0})) {
            try (RawPeer peer = connect()) {
                peer.sendBytes(bytes);
                assertClosed(peer);
            }
        }
    }

    @Test
    void aSilentConnectionIsClosedSoon() throws Exception {
        try (RawPeer peer = connect()) {
            peer.sendBytes(new byte[] {0, 1, 0});
            long start = System.nanoTime();
            assertClosed(peer);
            assertTrue(System.nanoTime() - start > TimeUnit.SECONDS.toNanos(1), "it had some time");
        }
    }

    @Test
    void theNumberOfConnectionsThatAreReadAtOnceIsLimited() throws Exception {
        List<RawPeer> silent = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            silent.add(connect());
        }
        Await.until(
                "as many connections as may be are over the limit",
                () -> server.overflow().count() == 256);
        for (int i = 0; i < 20; i++) {
            try (RawPeer peer = connect()) {
                assertClosed(peer);
            }
        }
        for (RawPeer peer : silent) {
            peer.close();
        }
        Await.until("no connection is over the limit", () -> server.overflow().count() == 0);
        try (RawPeer peer = connect()) {
            peer.send(RawPeer.requests(9, "a"));
            assertToldAndEnded(peer, 9);
        }
        Await.until("no connection is over the limit", () -> server.overflow().count() == 0);
    }

    /** A client that is cold opens a connection for each transaction: some are served, and no other may have been processed. */
    @Test
    void noTransactionOfAClientIsInDoubt() throws Exception {
        served.close();
        Await.until("all connections are closed", () -> report().peers == 0);
        List<String> handled = new ArrayList<>();
        Thread thread = new EchoServer<>(server, transaction -> {
                    handled.addAll(transaction.requests());
                    transaction.sendResponse(transaction.requests());
                })
                .start();
        List<ClientTransaction<String>> sent = new ArrayList<>();
        List<BusClient<String, String>> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class));
        }
        for (int i = 0; i < 200; i++) {
            sent.add(clients.get(i % 10).sendRequest(List.of("request " + i)));
        }
        int refused = 0;
        List<String> notProcessed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            try {
                assertEquals(List.of("request " + i), sent.get(i).recvResponse());
            } catch (BusException e) {
                assertEquals(Reason.OVERLOADED, e.reason(), e.getMessage());
                notProcessed.add("request " + i);
                refused++;
            }
        }
        assertTrue(refused > 0);
        clients.forEach(BusClient::close);
        Await.until("all connections are closed", () -> report().peers == 0);
        thread.interrupt();
        thread.join();
        for (String each : notProcessed) {
            assertFalse(handled.contains(each));
        }
        served = connect();
    }
}
