package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;

/** Part B of the wire page, sentence by sentence, for a server; its client is a raw socket. */
class KeptConnectionServerTest extends KeptConnectionFixture {

    private RawPeer connect() throws Exception {
        return new RawPeer(new Socket("127.0.0.1", server.address().getPort()));
    }

    private void answer(String expected, String answer) throws Exception {
        ServerTransaction<String, String> received = server.recvRequest();
        assertEquals(List.of(expected), received.requests());
        received.sendResponse(List.of(answer));
    }

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
    void anExpiredRequestIsDroppedUnprocessed() throws Exception {
        try (RawPeer client = connect()) {
            client.send("<requests tx=\"1\" ttl=\"0\"><text>late</text></requests>");
            client.send("<requests tx=\"2\" ttl=\"60000\"><text>in time</text></requests>");
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(List.of("in time"), received.requests());
            assertTrue(
                    received.timeLeft().compareTo(Duration.ofSeconds(60)) <= 0,
                    received.timeLeft().toString());
            assertTrue(
                    received.timeLeft().compareTo(Duration.ofSeconds(30)) > 0,
                    received.timeLeft().toString());
            String expired = client.receive();
            assertTrue(expired.startsWith("<responses tx=\"1\" error=\"expired\">"), expired);
            assertEquals(1, ((SocketServer<String, String>) server).meter().failures(Reason.EXPIRED));
            client.send(RawPeer.requests(3, "no time given"));
            assertNull(server.recvRequest().timeLeft());
        }
    }

    @Test
    void failuresAreReportedAndTheConnectionGoesOn() throws Exception {
        try (RawPeer client = connect()) {
            client.send(
                    RawPeer.requests(1, "a"),
                    RawPeer.requests(2, TextCodec.UNREADABLE),
                    "<requests tx=\"3\"><text></requests>");
            server.recvRequest().fail(Reason.NO_CODEC, "not <now>\u0000");
            assertTrue(
                    client.receive().matches("<responses tx=\"1\" error=\"no-codec\">.*: not &lt;now> </responses>"));
            client.send(RawPeer.requests(4, "good"));
            answer("good", "1");
            assertTrue(client.receive().startsWith("<responses tx=\"2\" error=\"codec\" outcome=\"not-processed\">"));
            assertTrue(
                    client.receive().startsWith("<responses tx=\"3\" error=\"malformed\" outcome=\"not-processed\">"));
            assertEquals(RawPeer.responses(4, "1"), client.receive());
        }
    }

    @Test
    void pingsAreAnsweredOnlyOnceThePeerHasShownPartB() throws Exception {
        try (RawPeer client = connect()) {
            client.send(
                    RawPeer.requests(1, "a"), "<control ping=\"are you &lt;there&gt;\"/>", "<control unknown=\"x\"/>");
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
    void aClientThatDoesNotReadItsResponsesIsNotReadAnyMore() throws Exception {
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
                if (now.length == 0
                        || !"write0".equals(now[0].getMethodName()) && !"poll".equals(now[0].getMethodName())) {
                    stuckSince = System.nanoTime();
                }
                before = now;
            }
            assertTrue(before.length > 0);
        }
    }
}
