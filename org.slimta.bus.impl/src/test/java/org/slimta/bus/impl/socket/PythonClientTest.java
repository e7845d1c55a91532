package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;

/** A client in Python and a server in Java. */
class PythonClientTest extends PythonPeerFixture {

    private static void echo(ServerTransaction<String, String> transaction) throws BusException {
        String first =
                transaction.requests().isEmpty() ? "" : transaction.requests().get(0);
        if (first.startsWith("fail ")) {
            String reason =
                    first.substring("fail ".length()).toUpperCase(Locale.ROOT).replace('-', '_');
            transaction.fail(Reason.valueOf(reason), "as <you> wish\0");
        } else {
            transaction.sendResponse(transaction.requests());
        }
    }

    private static void run(String scenario, BusServer<?, ?> server, Object argument) throws Exception {
        try (PythonPeer python = new PythonPeer(scenario, server.address().getPort(), argument)) {
            python.await("done");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"part-a", "kept"})
    void itsClientSendsTextsEmptyArraysAndWhatFails(String kind) throws Exception {
        run("texts", serve(0, String.class, PythonClientTest::echo), kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"part-a", "kept"})
    void itsClientSendsAttachments(String kind) throws Exception {
        run("attachments", serve(0, Attachment.class, each -> each.sendResponse(each.requests())), kind);
    }

    @Test
    void theServerDoesWhatThePageSaysFrameByFrame() throws Exception {
        run("raw", serve(0, String.class, PythonClientTest::echo), "");
    }

    @Test
    void itsClientAsksAServerThatTakesItsTime() throws Exception {
        BlockingQueue<ServerTransaction<String, String>> slow = new LinkedBlockingQueue<>();
        BusServer<String, String> server = serve(0, String.class, transaction -> {
            if (transaction.requests().equals(List.of("slow"))) {
                slow.add(transaction);
            } else {
                echo(transaction);
            }
        });
        try (PythonPeer python = new PythonPeer("pings", server.address().getPort(), "")) {
            ServerTransaction<String, String> late = slow.poll(60, TimeUnit.SECONDS);
            for (int i = 0; i < 3; i++) {
                python.await("pong");
            }
            echo(late);
            python.await("done");
        }
    }

    @Test
    void itsClientNoticesNothingOfAServerThatIsClosedAndOpenedAgain() throws Exception {
        int each = 500;
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        EchoServer.Responder<String, String> responder = transaction -> {
            transaction.requests().forEach(text -> seen.merge(text, 1, Integer::sum));
            echo(transaction);
        };
        BusServer<String, String> server = serve(0, String.class, responder);
        int port = server.address().getPort();
        try (PythonPeer python = new PythonPeer("drained", port, each)) {
            for (int i = 1; i < 4; i++) {
                int enough = i * each;
                Await.until("the client in Python has received enough", () -> seen.size() >= enough);
                server.close();
                server = serve(port, String.class, responder);
            }
            python.await("done");
        }
        assertEquals(4 * each, seen.size());
        assertTrue(seen.values().stream().allMatch(times -> times == 1), "none is handled twice");
    }

    @Test
    void itsClientGivesUpAServerThatIsSilent() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                PythonPeer python = new PythonPeer("silent", listener.getLocalPort(), "");
                RawPeer server = new RawPeer(listener.accept())) {
            String first = server.receive();
            server.send(RawPeer.responses(RawPeer.tx(first), "1"));
            assertTrue(server.receive().endsWith("<text>lost</text></requests>"));
            assertTrue(server.receive().startsWith("<control ping=\""));
            python.await("done");
        }
    }

    @Test
    void recordingsOfLuaNodesAreReadAndWritten() throws Exception {
        File[] recordings = new File("../org.slimta.bus.mail/src/test/resources/transcripts")
                .listFiles((folder, name) -> name.endsWith(".bin"));
        Object[] arguments = new Object[recordings.length + 1];
        arguments[0] = "rewrite";
        System.arraycopy(recordings, 0, arguments, 1, recordings.length);
        try (PythonPeer python = new PythonPeer(arguments)) {
            assertEquals("20", python.await("same "));
        }
    }
}
