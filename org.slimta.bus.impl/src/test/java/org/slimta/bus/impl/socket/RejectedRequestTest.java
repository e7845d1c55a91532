package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A transaction that the server cannot take fails alone and with its reason, whoever else is on its connection. */
@Timeout(60)
class RejectedRequestTest {

    private static final String DRAIN = "<control drain=\"true\"/>";

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private BusServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
    }

    private void open(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
    }

    private BusDTO report() {
        BusDTO bus = new BusDTO();
        ((SocketServer<String, String>) server).report(bus);
        return bus;
    }

    private static FrameLimits.Builder limits() {
        return FrameLimits.builder()
                .maxParts(4)
                .maxXmlSize(2000)
                .maxPartSize(5000)
                .maxFrameSize(8000);
    }

    private RawPeer connect() throws IOException {
        return new RawPeer(
                new Socket(server.address().getAddress(), server.address().getPort()));
    }

    private static byte[] frame(String xml, int... attachments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(1 + attachments.length);
            out.writeInt(xml.getBytes(UTF_8).length);
            out.write(xml.getBytes(UTF_8));
            for (int size : attachments) {
                out.writeInt(size);
                out.write(new byte[size]);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** Two that are worked on, then one that is rejected, then a good one: all but the third are answered. */
    private void assertFailsAlone(byte[] rejected, String error, String text) throws Exception {
        try (RawPeer peer = connect()) {
            peer.send(RawPeer.requests(1, "a"), RawPeer.requests(2, "b"));
            ServerTransaction<String, String> first = server.recvRequest();
            ServerTransaction<String, String> second = server.recvRequest();
            peer.sendBytes(rejected);
            String told = peer.receive();
            assertTrue(
                    told.startsWith(
                            "<responses tx=\"3\" error=\"" + error + "\" outcome=\"not-processed\">bus server "),
                    told);
            assertTrue(told.endsWith(text + "</responses>"), told);
            peer.send(RawPeer.requests(4, "d"));
            ServerTransaction<String, String> fourth = server.recvRequest();
            assertEquals(List.of("d"), fourth.requests());
            for (ServerTransaction<String, String> each : List.of(fourth, second, first)) {
                each.sendResponse(each.requests());
            }
            Set<String> answers = new TreeSet<>();
            for (int i = 0; i < 3; i++) {
                answers.add(peer.receive());
            }
            assertEquals(
                    Set.of(RawPeer.responses(1, "a"), RawPeer.responses(2, "b"), RawPeer.responses(4, "d")), answers);
        }
    }

    @Test
    void overEachLimitOfTheServer() throws Exception {
        open(ServerOptions.builder().limits(limits().build()));
        String xml = RawPeer.requests(3, "c");
        assertFailsAlone(frame(xml, 0, 0, 0, 0, 0), "too-large", "the frame has 6 parts, over the limit maxParts of 4");
        assertFailsAlone(
                frame(xml, 100, 200_000, 3),
                "too-large",
                "part 3 has 200000 bytes, over the limit maxPartSize of 5000");
        assertFailsAlone(
                frame(xml, 5000, 5000),
                "too-large",
                "the frame has at least 10042 bytes, over the limit maxFrameSize of 8000");
        assertFailsAlone(
                frame(RawPeer.requests(3, "x".repeat(300_000)), 7),
                "too-large",
                "the XML has 300041 bytes, over the limit maxXmlSize of 2000");
    }

    @Test
    void moreThanAllThatMayBeHeld() throws Exception {
        open(ServerOptions.builder().memoryLimit(1 << 20));
        assertFailsAlone(
                frame(RawPeer.requests(3, "c"), 3, 2 << 20),
                "too-large",
                "the frame takes at least 2097677 bytes of memory, over the limit memoryLimit of 1048576");
        assertEquals(0, ((SocketServer<String, String>) server).memory().total());
    }

    @Test
    void aRequestThatCannotBeReadFailsAloneIfItsNumberCanBeRead() throws Exception {
        open(ServerOptions.builder().limits(limits().build()));
        assertFailsAlone(
                frame("<requests tx=\"3\" ttl=\"soon\"><text>c</text></requests>"),
                "malformed",
                "the attribute ttl of &lt;requests> is 'soon'; it must be an integer of 0 or more");
        assertFailsAlone(
                frame("<requests ttl='-1' tx='3'><text>c</text></requests>"),
                "malformed",
                "the attribute ttl of &lt;requests> is '-1'; it must be an integer of 0 or more");
        try (RawPeer peer = connect()) {
            peer.send("<requests tx=\"3\" <text>c</text></requests>");
            String told = peer.receive();
            assertTrue(told.startsWith("<responses tx=\"3\" error=\"malformed\" outcome=\"not-processed\">"), told);
            peer.send(RawPeer.requests(4, "d"));
            assertEquals(List.of("d"), server.recvRequest().requests());
        }
    }

    @Test
    void theFirstRequestOfAConnectionIsRejectedTooAndTheConnectionIsKept() throws Exception {
        open(ServerOptions.builder().limits(limits().build()));
        try (RawPeer peer = connect()) {
            peer.sendBytes(frame(RawPeer.requests(1, "a"), 6000));
            assertTrue(peer.receive().startsWith("<responses tx=\"1\" error=\"too-large\" outcome=\"not-processed\">"));
            peer.send("<control ping=\"x\"/>", RawPeer.requests(2, "b"));
            assertEquals("<control pong=\"x\"/>", peer.receive());
            server.recvRequest().sendResponse(List.of("yes"));
            assertEquals(RawPeer.responses(2, "yes"), peer.receive());
        }
    }

    @Test
    void aConnectionWithoutNumbersIsClosedWithoutAResponse() throws Exception {
        open(ServerOptions.builder().limits(limits().build()));
        for (byte[] rejected : List.of(
                frame("<requests><text>a</text></requests>", 6000),
                frame("<requests><text>" + "a".repeat(3000) + "</text></requests>"),
                frame("<responses tx=\"1\"><text>a</text></responses>", 6000),
                frame("<requests tx=\"0\"><text>a</text></requests>", 6000))) {
            try (RawPeer peer = connect()) {
                peer.sendBytes(rejected);
                assertNull(peer.receive());
            } catch (SocketException e) {
                // It was closed with something unread.
            }
        }
    }

    /** Such a frame is not read away. What was read before it is answered, and what is behind it is given back. */
    @Test
    void whatIsBehindOneThatIsVeryLargeGoesElsewhere() throws Exception {
        open(ServerOptions.builder().limits(limits().build()));
        byte[] claim = frame(RawPeer.requests(3, "c"), 0);
        claim[claim.length - 4] = 5; // 80 MiB
        try (RawPeer peer = connect()) {
            peer.send(RawPeer.requests(1, "a"));
            ServerTransaction<String, String> first = server.recvRequest();
            peer.sendBytes(claim);
            peer.sendBytes(new byte[1 << 20]);
            String told = peer.receive();
            assertTrue(told.startsWith("<responses tx=\"3\" error=\"too-large\" outcome=\"not-processed\">"), told);
            assertEquals(DRAIN, peer.receive());
            first.sendResponse(List.of("yes"));
            assertEquals(RawPeer.responses(1, "yes"), peer.receive());
            assertEquals(DRAIN, peer.receive());
            assertNull(peer.receive());
        }
    }

    @Test
    void whatIsReadAwayHasATimeToo() throws Exception {
        open(ServerOptions.builder().limits(limits().build()).frameTimeout(Duration.ofMillis(200)));
        byte[] half = Arrays.copyOf(frame(RawPeer.requests(3, "c"), 6000), 3000);
        try (RawPeer peer = connect()) {
            peer.send(RawPeer.requests(1, "a"));
            ServerTransaction<String, String> first = server.recvRequest();
            peer.sendBytes(half);
            String told = peer.receive();
            assertTrue(told.startsWith("<responses tx=\"3\" error=\"too-large\" outcome=\"not-processed\">"), told);
            assertEquals(DRAIN, peer.receive());
            first.sendResponse(List.of("yes"));
            assertEquals(RawPeer.responses(1, "yes"), peer.receive());
            assertEquals(DRAIN, peer.receive());
            assertNull(peer.receive());
        }
    }

    /** It was not over a limit, but came too slowly: whom it was for is known all the same. */
    @Test
    void aFrameThatIsLateFailsAlone() throws Exception {
        assertLateAlone(Arrays.copyOf(frame(RawPeer.requests(3, "c"), 6000), 3000));
    }

    /** The beginning of its XML is enough. */
    @Test
    void aFrameWhoseXmlIsLateFailsAlone() throws Exception {
        assertLateAlone(Arrays.copyOf(frame(RawPeer.requests(3, "c".repeat(6000))), 3000));
    }

    private void assertLateAlone(byte[] half) throws Exception {
        open(ServerOptions.builder().frameTimeout(Duration.ofMillis(200)));
        try (RawPeer peer = connect()) {
            peer.send(RawPeer.requests(1, "a"));
            ServerTransaction<String, String> first = server.recvRequest();
            peer.sendBytes(half);
            String told = peer.receive();
            assertTrue(told.startsWith("<responses tx=\"3\" error=\"timeout\" outcome=\"not-processed\">"), told);
            assertTrue(told.endsWith("no complete frame arrived within 200 ms (frameTimeout)</responses>"), told);
            assertEquals(told.indexOf("bus server"), told.lastIndexOf("bus server"), told);
            assertEquals(DRAIN, peer.receive());
            first.sendResponse(List.of("yes"));
            assertEquals(RawPeer.responses(1, "yes"), peer.receive());
            assertEquals(DRAIN, peer.receive());
            assertNull(peer.receive());
        }
    }

    /** All that may be held is used up by frames that stand still. Those fail, and others on their connections do not. */
    @Test
    void aRequestThatIsGivenUpForMemoryFailsAlone() throws Exception {
        open(ServerOptions.builder().memoryLimit(1 << 20));
        List<RawPeer> peers = new ArrayList<>();
        List<ServerTransaction<String, String>> received = new ArrayList<>();
        byte[] half = Arrays.copyOf(frame(RawPeer.requests(2, "b"), 500 << 10), 300 << 10);
        for (int i = 0; i < 4; i++) {
            RawPeer peer = connect();
            peers.add(peer);
            peer.send(RawPeer.requests(1, "a"));
            received.add(server.recvRequest());
            peer.sendBytes(half);
        }
        Await.until("a request is rejected", () -> report().failed.getOrDefault("OVERLOADED", 0L) > 0);
        for (ServerTransaction<String, String> each : received) {
            // In the end there is room for all, or for those that are left.
            each.sendResponse(each.requests());
        }
        int given = 0;
        for (RawPeer peer : peers) {
            List<String> answers = new ArrayList<>();
            answers.add(receive(peer));
            if (answers.get(0).contains("overloaded")) {
                answers.add(receive(peer));
                given++;
            }
            assertTrue(answers.contains(RawPeer.responses(1, "a")), answers::toString);
        }
        assertTrue(given > 0 && given <= 3, given + " were given up");
        for (RawPeer peer : peers) {
            peer.close();
        }
        Await.until("no bytes are held", () -> report().heldBytes == 0);
    }

    /** A client that cannot be heard now is told so that it need not ask. */
    private static String receive(RawPeer peer) throws IOException {
        String xml;
        do {
            xml = peer.receive();
        } while (xml.startsWith("<control pong="));
        return xml;
    }

    /** A client that may send more than its server takes, and many at once. */
    @Test
    void nobodyElseFails() throws Exception {
        open(ServerOptions.builder()
                .limits(FrameLimits.builder().maxXmlSize(100 << 10).build()));
        EchoServer.of(server).start();
        BusClient<String, String> client =
                factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
        client.sendRequest(List.of("first")).recvResponse();
        String large = "x".repeat(150 << 10);
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
            sent.add(client.sendRequest(List.of(i % 40 == 0 ? large : "small " + i)));
        }
        for (int i = 0; i < sent.size(); i++) {
            if (i % 40 == 0) {
                try {
                    sent.get(i).recvResponse();
                    throw new AssertionError("it is too large");
                } catch (BusException e) {
                    assertEquals(Reason.TOO_LARGE, e.reason(), e.getMessage());
                }
            } else {
                assertEquals(List.of("small " + i), sent.get(i).recvResponse());
            }
        }
    }
}
