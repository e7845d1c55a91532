package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.impl.fixture.EchoServer;

/** Part B of the wire page, sentence by sentence; the other end is a raw socket. */
@Timeout(60)
class KeptConnectionTest {

    private static final String DRAIN = "<control drain=\"true\"/>";

    private StandaloneBusFactory factory;
    private BusServer<String, String> server;
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        openServer(ServerOptions.builder().drainTimeout(Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
    }

    private void openServer(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
    }

    private RawPeer connect() throws Exception {
        return new RawPeer(new Socket("127.0.0.1", server.address().getPort()));
    }

    private BusClient<String, String> newClient(ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", listener.getLocalPort(), String.class, String.class, options.build());
    }

    private RawPeer accept() throws Exception {
        return new RawPeer(listener.accept());
    }

    private void answer(String expected, String answer) throws Exception {
        ServerTransaction<String, String> received = server.recvRequest();
        assertEquals(List.of(expected), received.requests());
        received.sendResponse(List.of(answer));
    }

    // The server

    @Test
    void theServerAnswersInAnyOrderAndKeepsTheConnection() throws Exception {
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(7, "a"), RawPeer.requests(8, "b"));
            ServerTransaction<String, String> first = server.recvRequest();
            ServerTransaction<String, String> second = server.recvRequest();
            second.sendResponse(List.of("2"));
            assertEquals(RawPeer.responses(8, "2"), client.receive());
            first.sendResponse(List.of("1"));
            assertEquals(RawPeer.responses(7, "1"), client.receive());
            client.send(RawPeer.requests(9, "c"));
            answer("c", "3");
            assertEquals(RawPeer.responses(9, "3"), client.receive());
        }
    }

    @Test
    void aRequestWithoutANumberIsAnsweredInPartAFormAndEndsTheConnection() throws Exception {
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(1, "a"));
            answer("a", "1");
            assertEquals(RawPeer.responses(1, "1"), client.receive());
            client.send("<requests><text>b</text></requests>", RawPeer.requests(2, "ignored"));
            answer("b", "2");
            assertEquals("<responses><text>2</text></responses>", client.receive());
            assertNull(client.receive());
        }
    }

    @Test
    void whatHasExpiredIsDroppedUnprocessed() throws Exception {
        try (RawPeer client = connect()) {
            client.send("<requests tx=\"1\" ttl=\"0\"><text>late</text></requests>");
            client.send("<requests tx=\"2\" ttl=\"60000\"><text>in time</text></requests>");
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(List.of("in time"), received.requests());
            assertTrue(received.timeLeft().compareTo(Duration.ofSeconds(60)) <= 0, received.timeLeft().toString());
            assertTrue(received.timeLeft().compareTo(Duration.ofSeconds(30)) > 0, received.timeLeft().toString());
            String expired = client.receive();
            assertTrue(expired.startsWith("<responses tx=\"1\" error=\"expired\">"), expired);
            assertEquals(1, ((SocketServer<String, String>) server).meter().failures(Reason.EXPIRED));
            client.send(RawPeer.requests(3, "no time given"));
            assertNull(server.recvRequest().timeLeft());
        }
    }

    @Test
    void failuresAreToldAndTheConnectionLivesOn() throws Exception {
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(1, "a"), RawPeer.requests(2, TextCodec.UNREADABLE), "<requests tx=\"3\"><text></requests>");
            server.recvRequest().fail(Reason.NO_CODEC, "not <now>\u0000");
            assertTrue(client.receive().matches("<responses tx=\"1\" error=\"no-codec\">.*: not &lt;now> </responses>"));
            client.send(RawPeer.requests(4, "good"));
            answer("good", "1");
            assertTrue(client.receive().startsWith("<responses tx=\"2\" error=\"codec\">"));
            assertTrue(client.receive().startsWith("<responses tx=\"3\" error=\"malformed\">"));
            assertEquals(RawPeer.responses(4, "1"), client.receive());
        }
    }

    @Test
    void pingsAreAnsweredOnlyOnceThePeerHasShownPartB() throws Exception {
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(1, "a"), "<control ping=\"are you &lt;there&gt;\"/>", "<control unknown=\"x\"/>");
            assertEquals("<control pong=\"are you &lt;there>\"/>", client.receive());
            answer("a", "1");
            assertEquals(RawPeer.responses(1, "1"), client.receive());
        }
        try (RawPeer client = connect()) {
            client.send("<control ping=\"1\"/>");
            assertNull(client.receive(), "a failure towards a client that has not shown part B is a close");
        }
    }

    @Test
    void aServerThatClosesSaysSoAnswersWhatItHasReadAndSaysSoAgain() throws Exception {
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(1, "a"));
            ServerTransaction<String, String> received = server.recvRequest();
            Thread closing = new Thread(server::close);
            closing.start();
            assertEquals(DRAIN, client.receive());
            client.send(RawPeer.requests(2, "not read"));
            received.sendResponse(List.of("1"));
            assertEquals(RawPeer.responses(1, "1"), client.receive());
            assertEquals(DRAIN, client.receive());
            assertNull(client.receive());
            client.hangUp();
            closing.join(20_000);
        }
    }

    @Test
    void aFirstRequestThatCameTooLateIsGivenBack() throws Exception {
        try (RawPeer busy = connect();
                RawPeer fresh = connect()) {
            busy.send(RawPeer.requests(1, "a"));
            ServerTransaction<String, String> received = server.recvRequest();
            Thread closing = new Thread(server::close);
            closing.start();
            assertEquals(DRAIN, busy.receive());
            fresh.send(RawPeer.requests(1, "late"));
            assertEquals(DRAIN, fresh.receive());
            assertEquals(DRAIN, fresh.receive());
            assertNull(fresh.receive());
            received.sendResponse(List.of("1"));
            fresh.hangUp();
            busy.hangUp();
            closing.join(20_000);
        }
    }

    @Test
    void anIdleConnectionIsDrained() throws Exception {
        openServer(ServerOptions.builder().idleTimeout(Duration.ofMillis(200)));
        try (RawPeer client = connect()) {
            client.send(RawPeer.requests(1, "a"));
            answer("a", "1");
            assertNotNull(client.receive());
            assertEquals(DRAIN, client.receive());
            assertEquals(DRAIN, client.receive());
            assertNull(client.receive());
        }
    }

    @Test
    void aClientThatTakesNoAnswersIsReadNoMore() throws Exception {
        openServer(ServerOptions.builder().queueSize(10_000).drainTimeout(Duration.ZERO));
        String large = "x".repeat(100_000);
        EchoServer<String, String> echo =
                new EchoServer<>(server, transaction -> transaction.sendResponse(List.of(large)));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            byte[] request = RawPeer.frame(RawPeer.requests(1, "y".repeat(10_000)));
            echo.start();
            socket.setSoTimeout(1);
            Thread writing = new Thread(() -> {
                try {
                    for (int i = 0; i < 100_000; i++) {
                        socket.getOutputStream().write(request);
                    }
                } catch (java.io.IOException e) {
                    // It is closed at the end.
                }
            });
            writing.start();
            // A writer that the server does not read from any more does not come on.
            StackTraceElement[] before = {};
            long stuckSince = System.nanoTime();
            while (System.nanoTime() - stuckSince < 500_000_000L) {
                assertTrue(writing.isAlive(), "1 GB of requests was taken in");
                StackTraceElement[] now = writing.getStackTrace();
                if (now.length == 0 || !"write0".equals(now[0].getMethodName()) && !"poll".equals(now[0].getMethodName())) {
                    stuckSince = System.nanoTime();
                }
                before = now;
            }
            assertTrue(before.length > 0);
        }
    }

    // The client

    @Test
    void theClientSharesAConnectionOnlyAfterItWasProven() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        try (RawPeer one = accept();
                RawPeer two = accept()) {
            long tx = RawPeer.tx(one.receive());
            assertTrue(two.receive().contains("<text>b</text>"), "until then others go over connections of their own");
            one.send(RawPeer.responses(tx, "1"));
            assertEquals(List.of("1"), first.recvResponse());
            ClientTransaction<String> third = client.sendRequest(List.of("c"));
            ClientTransaction<String> fourth = client.sendRequest(List.of("d"));
            String c = one.receive();
            String d = one.receive();
            assertTrue(c.endsWith("<text>c</text></requests>") && d.endsWith("<text>d</text></requests>"), c + d);
            one.send(RawPeer.responses(RawPeer.tx(d), "4"), RawPeer.responses(RawPeer.tx(c), "3"));
            assertEquals(List.of("3"), third.recvResponse());
            assertEquals(List.of("4"), fourth.recvResponse());
            two.hangUp();
            assertEquals(Reason.CLOSED, failureOf(second).reason());
        }
    }

    @Test
    void aPeerThatKnowsNoBetterGetsOneTransactionAConnection() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder());
        for (int i = 0; i < 5; i++) {
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            try (RawPeer lua = accept()) {
                lua.receive();
                lua.send("<responses><text>" + i + "</text></responses>");
                assertEquals(List.of("" + i), sent.recvResponse());
                assertNull(lua.receive(), "the client closes, and sends nothing more");
            }
        }
    }

    @Test
    void aFailureIsToldWithItsReason() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().name("edge"));
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send("<responses tx=\"" + RawPeer.tx(peer.receive()) + "\" error=\"too-large\">far too large</responses>");
            BusException failure = failureOf(sent);
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertEquals(
                    "bus edge, peer 127.0.0.1:" + listener.getLocalPort() + ": far too large", failure.getMessage());
            sent = client.sendRequest(List.of("b"));
            peer.send("<responses tx=\"" + RawPeer.tx(peer.receive()) + "\" error=\"no-such\">what</responses>");
            assertEquals(Reason.MALFORMED, failureOf(sent).reason());
        }
    }

    @Test
    void whatTheServerHadNotReadGoesElsewhereAndWhatItMayHaveReadDoesNot() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().poolSize(1));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            ClientTransaction<String> unread = client.sendRequest(List.of("unread"));
            peer.receive();
            peer.send(DRAIN, DRAIN);
            try (RawPeer next = accept()) {
                String again = next.receive();
                assertTrue(again.endsWith("<text>unread</text></requests>"), again);
                next.send(RawPeer.responses(RawPeer.tx(again), "2"));
                assertEquals(List.of("2"), unread.recvResponse());
                ClientTransaction<String> perhapsRead = client.sendRequest(List.of("perhaps read"));
                next.receive();
                next.send(DRAIN);
                next.hangUp();
                assertEquals(Reason.CLOSED, failureOf(perhapsRead).reason());
            }
        }
    }

    @Test
    void aServerThatIsSilentIsAskedAndGivenUp() throws Exception {
        BusClient<String, String> client = newClient(
                ClientOptions.builder().poolSize(1).pingInterval(Duration.ofMillis(200)));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            ClientTransaction<String> slow = client.sendRequest(List.of("slow"));
            String request = peer.receive();
            for (int i = 0; i < 3; i++) {
                String ping = peer.receive();
                assertTrue(ping.startsWith("<control ping=\""), ping);
                peer.send(ping.replace("ping", "pong"));
            }
            peer.send(RawPeer.responses(RawPeer.tx(request), "2"));
            assertEquals(List.of("2"), slow.recvResponse(), "a server that answers pings may take its time");
            ClientTransaction<String> lost = client.sendRequest(List.of("lost"));
            BusException failure = failureOf(lost);
            assertEquals(Reason.CLOSED, failure.reason());
            assertTrue(failure.getMessage().contains("pingInterval 200 ms"), failure.getMessage());
            ClientTransaction<String> next = client.sendRequest(List.of("next"));
            try (RawPeer other = accept()) {
                other.send(RawPeer.responses(RawPeer.tx(other.receive()), "3"));
                assertEquals(List.of("3"), next.recvResponse());
            }
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().idleTimeout(Duration.ofMillis(200)));
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            sent.recvResponse();
            assertNull(peer.receive());
        }
    }

    @Test
    void largeTransactionsHaveAConnectionForThemselves() throws Exception {
        BusClient<Attachment, String> client = factory.newClient(
                "127.0.0.1", listener.getLocalPort(), Attachment.class, String.class, ClientOptions.defaults());
        ClientTransaction<String> small = client.sendRequest(List.of(Attachment.of(new byte[10])));
        try (RawPeer shared = accept()) {
            shared.send(RawPeer.responses(RawPeer.tx(shared.receive()), "1"));
            small.recvResponse();
            for (int i = 0; i < 3; i++) {
                ClientTransaction<String> large = client.sendRequest(List.of(Attachment.of(new byte[300_000])));
                ClientTransaction<String> beside = client.sendRequest(List.of(Attachment.of(new byte[10])));
                if (i == 0) {
                    own = accept();
                }
                String requests = own.receive();
                shared.send(RawPeer.responses(RawPeer.tx(shared.receive()), "2"));
                assertEquals(List.of("2"), beside.recvResponse());
                own.send(RawPeer.responses(RawPeer.tx(requests), "3"));
                assertEquals(List.of("3"), large.recvResponse());
            }
        } finally {
            own.close();
        }
    }

    private RawPeer own;

    @Test
    void noMoreConnectionsAreKeptThanThePoolHasPlaces() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().poolSize(2));
        List<ClientTransaction<String>> sent = new ArrayList<>();
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(client.sendRequest(List.of("a")));
            peers.add(accept());
        }
        Set<String> open = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            peers.get(i).send(RawPeer.responses(RawPeer.tx(peers.get(i).receive()), "1"));
            sent.get(i).recvResponse();
            if (i > 1) {
                assertNull(peers.get(i).receive());
            } else {
                open.add("peer " + i);
            }
        }
        assertEquals(2, open.size());
        for (RawPeer peer : peers) {
            peer.close();
        }
    }
}
