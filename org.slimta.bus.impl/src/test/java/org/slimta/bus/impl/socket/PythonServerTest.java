package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.fixture.Await;

/** A server in Python and a client in Java. */
class PythonServerTest extends PythonPeerFixture {

    private static final String DRAIN = "<control drain=\"true\"/>";
    private static final String PARKED = "<control pong=\"parked\"/>";

    private static BusException failureOf(BusClient<String, String> client, String text) throws InterruptedException {
        ClientTransaction<String> sent = client.sendRequest(List.of(text));
        return assertThrows(BusException.class, sent::recvResponse);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void itsServerAnswersManyAtOnce(int poolSize) throws Exception {
        try (Served server = serveInPython(100)) {
            BusClient<String, String> client = client(server, String.class, options(poolSize));
            List<List<String>> sent = new ArrayList<>();
            sent.add(List.of());
            sent.add(List.of(""));
            sent.add(List.of("<&]]>\"'", " \u00fc\n\u6f22\r\t"));
            for (int i = 0; i < 500; i++) {
                sent.add(List.of("text " + i, "and another"));
            }
            List<ClientTransaction<String>> transactions = new ArrayList<>();
            for (List<String> texts : sent) {
                transactions.add(client.sendRequest(texts));
            }
            for (int i = 0; i < sent.size(); i++) {
                assertEquals(sent.get(i), transactions.get(i).recvResponse());
            }
        }
    }

    /** Otherwise some would be reset when it is slow. */
    @Test
    void manyCanConnectBeforeItsServerAcceptsThem() throws Exception {
        try (Served server = serveInPython(100)) {
            server.python().tell("hold");
            server.python().await("held");
            List<RawPeer> clients = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress("127.0.0.1", server.port()), 20_000);
                RawPeer client = new RawPeer(socket);
                client.send("<requests><text>" + i + "</text></requests>");
                clients.add(client);
            }
            server.python().tell("release");
            for (int i = 0; i < clients.size(); i++) {
                try (RawPeer client = clients.get(i)) {
                    assertEquals("<responses><text>" + i + "</text></responses>", client.receive());
                }
            }
        }
    }

    @Test
    void itsServerReportsWhyATransactionFailed() throws Exception {
        try (Served server = serveInPython(100)) {
            BusClient<String, String> kept = client(server, String.class, options(1));
            for (Reason reason : Reason.values()) {
                BusException failure = failureOf(
                        kept, "fail " + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
                assertEquals(reason, failure.reason(), failure.getMessage());
                assertTrue(failure.getMessage().endsWith(": as <you> wish"), failure.getMessage());
            }
            assertEquals(Reason.HANDLER, failureOf(kept, "raise").reason());
            assertEquals(Reason.MISMATCH, failureOf(kept, "too few").reason());
            assertEquals(Reason.MALFORMED, failureOf(kept, "fail unheard-of").reason());
            BusClient<String, String> single = client(server, String.class, options(0));
            assertEquals(Reason.CLOSED, failureOf(single, "fail overloaded").reason());
            assertEquals(Reason.CLOSED, failureOf(single, "too few").reason());
            assertEquals(List.of("good"), single.sendRequest(List.of("good")).recvResponse());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 4", "2, 20"})
    void itsServerTakesAttachmentsAndGivesThem(int poolSize, int transactions) throws Exception {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i >> 8 ^ i);
        }
        try (Served server = serveInPython(100)) {
            BusClient<Attachment, Attachment> client = client(server, Attachment.class, options(poolSize));
            List<ClientTransaction<Attachment>> sent = new ArrayList<>();
            for (int i = 0; i < transactions; i++) {
                sent.add(client.sendRequest(attachments(new byte[0], large, new byte[] {(byte) i})));
                sent.add(client.sendRequest(attachments(new byte[0], new byte[0], large)));
            }
            for (int i = 0; i < sent.size(); i++) {
                List<Attachment> answer = sent.get(i).recvResponse();
                assertEquals(3, answer.size());
                assertEquals(0, bytes(answer.get(0)).length);
                assertArrayEquals(large, bytes(answer.get(i % 2 == 0 ? 1 : 2)));
            }
        }
    }

    private static byte[] bytes(Attachment attachment) throws IOException {
        try (InputStream in = attachment.open()) {
            return in.readAllBytes();
        }
    }

    @Test
    void itsServerAnswersPingsWhileItWorks() throws Exception {
        try (Served server = serveInPython(100)) {
            BusClient<String, String> client =
                    client(server, String.class, options(1).pingInterval(Duration.ofMillis(100)));
            client.sendRequest(List.of("first")).recvResponse();
            assertEquals(
                    List.of("until pinged"),
                    client.sendRequest(List.of("until pinged")).recvResponse());
        }
    }

    @Test
    void itsServerDoesWhatThePageSaysFrameByFrame() throws Exception {
        try (Served server = serveInPython(1)) {
            try (RawPeer client = server.connect()) {
                client.send("<control ping=\"1\"/>");
                assertNull(client.receive(), "there was no transaction with a number");
            }
            try (RawPeer client = server.connect()) {
                client.send(
                        RawPeer.requests(1, "a"),
                        "<control unknown=\"x\"/>",
                        "<control ping=\"&lt;b\"/>",
                        "<requests tx=\"2\" ttl=\"0\"><text>late</text></requests>");
                List<String> answers = new ArrayList<>();
                while (answers.size() < 3) {
                    String answer = client.receive();
                    if (!answer.equals(PARKED)) { // On a busy machine.
                        answers.add(answer);
                    }
                }
                assertTrue(answers.contains(RawPeer.responses(1, "a")), answers::toString);
                assertTrue(answers.contains("<control pong=\"&lt;b\"/>"), answers::toString);
                assertTrue(
                        answers.stream().anyMatch(each -> each.startsWith("<responses tx=\"2\" error=\"expired\">")));
                client.send(RawPeer.requests(3, "wait"), RawPeer.requests(4, "waits for room"));
                server.python().await("waiting");
                assertEquals(PARKED, client.receive());
                server.python().tell("go");
                do {
                    answers.add(client.receive());
                } while (!answers.contains(RawPeer.responses(4, "waits for room")));
                assertTrue(answers.contains(RawPeer.responses(3, "wait")), answers::toString);
                client.send("<requests><text>last</text></requests>", RawPeer.requests(5, "ignored"));
                assertEquals("<responses><text>last</text></responses>", client.receive());
                assertNull(client.receive());
            }
        }
    }

    @Test
    void itsServerClosesInOrder() throws Exception {
        try (Served server = serveInPython(100);
                RawPeer busy = server.connect();
                RawPeer fresh = server.connect()) {
            busy.send(RawPeer.requests(1, "wait"));
            server.python().await("waiting");
            server.python().tell("close");
            assertEquals(DRAIN, busy.receive());
            busy.send(RawPeer.requests(2, "too late"), "<control ping=\"1\"/>");
            fresh.send(RawPeer.requests(1, "too late"));
            assertEquals(DRAIN, fresh.receive());
            assertEquals(DRAIN, fresh.receive());
            assertNull(fresh.receive());
            server.python().tell("go");
            assertEquals(RawPeer.responses(1, "wait"), busy.receive());
            assertEquals(DRAIN, busy.receive());
            assertNull(busy.receive());
            fresh.hangUp();
            busy.hangUp();
            server.python().await("closed");
            server.python().tell("count");
            assertEquals("1 different 1", server.python().await("seen "));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theClientNoticesNothingOfItsServerThatIsClosedAndOpenedAgain(int poolSize) throws Exception {
        int each = 500;
        try (Served server = serveInPython(100)) {
            BusClient<String, String> client =
                    client(server, String.class, options(poolSize).responseTimeout(Duration.ofSeconds(60)));
            client.sendRequest(List.of("first")).recvResponse();
            AtomicInteger answered = new AtomicInteger();
            CountDownLatch ended = new CountDownLatch(THREADS);
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                new Thread(() -> {
                            try {
                                for (int k = 0; k < each; k++) {
                                    List<String> text = List.of(thread + " " + k);
                                    assertEquals(text, client.sendRequest(text).recvResponse());
                                    answered.incrementAndGet();
                                }
                            } catch (Throwable e) {
                                faults.add(e);
                            } finally {
                                ended.countDown();
                            }
                        })
                        .start();
            }
            for (int i = 1; i < 4; i++) {
                int enough = i * each;
                Await.until("enough was answered", () -> answered.get() >= enough || !faults.isEmpty());
                server.python().tell("close");
                server.python().await("closed");
                server.python().tell("open");
                server.python().await("opened");
            }
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            assertEquals(List.of(), List.copyOf(faults));
            server.python().tell("count");
            int all = THREADS * each + 1;
            assertEquals(all + " different " + all, server.python().await("seen "));
        }
    }
}
