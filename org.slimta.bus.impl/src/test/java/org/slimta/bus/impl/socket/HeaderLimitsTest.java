package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.net.Socket;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;

/** Headers over the limits cost one transaction, at both ends. */
class HeaderLimitsTest extends KeptConnectionFixture {

    private static String attributes(int count, int size) {
        StringJoiner attributes = new StringJoiner("");
        for (int i = 0; i < count; i++) {
            attributes.add(" h-n" + i + "=\"" + "x".repeat(size) + "\"");
        }
        return attributes.toString();
    }

    private static Headers headers(int count) {
        Headers headers = Headers.none();
        for (int i = 0; i < count; i++) {
            headers = headers.with("n" + i, "x");
        }
        return headers;
    }

    private RawPeer connect() throws Exception {
        return new RawPeer(new Socket("127.0.0.1", server.address().getPort()));
    }

    private BusClient<String, String> client(ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class, options.build());
    }

    private void serveOne() throws Exception {
        ServerTransaction<String, String> received = server.recvRequest();
        received.sendResponse(received.requests());
    }

    private void answerTheGoodOne() {
        server.serve(batch -> CompletableFuture.completedFuture(batch.requests()));
    }

    @Test
    void requestsWithTooManyFailAlone() throws Exception {
        answerTheGoodOne();
        try (RawPeer peer = connect()) {
            for (String bad : List.of(
                    attributes(33, 1),
                    attributes(33, 1).replace('"', '\''),
                    attributes(1, 8191),
                    attributes(9, 9999))) {
                peer.send("<requests tx=\"1\"" + bad + "><text>bad</text></requests>", RawPeer.requests(2, "good"));
                List<String> answers = List.of(peer.receive(), peer.receive()).stream()
                        .sorted()
                        .toList();
                assertTrue(
                        answers.get(0).startsWith("<responses tx=\"1\" error=\"too-large\" outcome=\"not-processed\">"),
                        answers.get(0));
                assertTrue(answers.get(0).contains("maxHeader"), answers.get(0));
                assertEquals(RawPeer.responses(2, "good"), answers.get(1));
            }
            peer.send(
                    "<requests tx=\"3\" h-a=\"1\" h-a=\"2\"><text>bad</text></requests>", RawPeer.requests(4, "good"));
            List<String> answers =
                    List.of(peer.receive(), peer.receive()).stream().sorted().toList();
            assertTrue(
                    answers.get(0).startsWith("<responses tx=\"3\" error=\"malformed\" outcome=\"not-processed\">"),
                    answers.get(0));
            assertEquals(RawPeer.responses(4, "good"), answers.get(1));
        }
    }

    @Test
    void responsesWithTooManyFailAlone() throws Exception {
        BusClient<String, String> client = factory.newClient(
                "127.0.0.1",
                listener.getLocalPort(),
                String.class,
                String.class,
                ClientOptions.builder().poolSize(1).build());
        ClientTransaction<String> first = client.sendRequest(List.of("first"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            long tx = RawPeer.tx(peer.receive());
            peer.send("<responses tx=\"" + tx + "\"" + attributes(33, 1) + "><text>1</text></responses>");
            BusException failure = failureOf(first);
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertTrue(failure.getMessage().contains("maxHeaders of 32"), failure.getMessage());
            assertEquals(Outcome.PROCESSED, failure.outcome());
            assertSame(Headers.none(), first.headers());
            ClientTransaction<String> second = client.sendRequest(List.of("second"));
            ClientTransaction<String> third = client.sendRequest(List.of("third"));
            tx = RawPeer.tx(peer.receive());
            peer.send(
                    "<responses tx='" + tx + "'" + attributes(1, 9000) + "><text>2</text></responses>",
                    "<responses tx=\"" + RawPeer.tx(peer.receive()) + "\" h-a=\"1\"><text>3</text></responses>");
            assertTrue(failureOf(second).getMessage().contains("maxHeaderSize of 8192"));
            assertEquals(List.of("3"), third.recvResponse(), "over the same connection");
            assertEquals(Headers.of("a", "1"), third.headers());
        }
    }

    @Test
    void aClientDoesNotSendMoreThanItsLimits() throws Exception {
        BusClient<String, String> client = client(ClientOptions.builder()
                .limits(FrameLimits.builder().maxHeaders(2).maxHeaderSize(10).build()));
        BusException many = failureOf(client.sendRequest(List.of("a"), headers(3)));
        assertEquals(Reason.TOO_LARGE, many.reason());
        assertEquals(Outcome.NOT_PROCESSED, many.outcome());
        assertTrue(many.getMessage().contains("3 headers, over the limit maxHeaders of 2"), many.getMessage());
        BusException large = failureOf(client.sendRequest(List.of("a"), Headers.of("a", "1234567890")));
        assertEquals(Reason.TOO_LARGE, large.reason());
        assertTrue(large.getMessage().contains("11 bytes, over the limit maxHeaderSize of 10"), large.getMessage());
        ClientTransaction<String> good = client.sendRequest(List.of("a"), Headers.of("a", "123456789"));
        serveOne();
        assertEquals(List.of("a"), good.recvResponse());
    }

    @Test
    void aServerDoesNotSendMoreThanItsLimits() throws Exception {
        openServer(ServerOptions.builder()
                .limits(FrameLimits.builder().maxHeaders(2).build()));
        BusClient<String, String> client = client(ClientOptions.builder());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        BusException refused = assertThrows(BusException.class, () -> received.sendResponse(List.of("1"), headers(3)));
        assertEquals(Reason.TOO_LARGE, refused.reason());
        assertTrue(refused.getMessage().contains("maxHeaders of 2"), refused.getMessage());
        assertEquals(Reason.TOO_LARGE, failureOf(sent).reason());

        ClientTransaction<String> failing = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> failed = server.recvRequest();
        failed.setResponseHeaders(headers(3));
        failed.fail(Reason.HANDLER, "this is why");
        assertEquals(Reason.HANDLER, failureOf(failing).reason(), "the reason is worth more than the headers");
        assertSame(Headers.none(), failing.headers());
    }

    @Test
    void aClientOfPartAGetsNoHeaders() throws Exception {
        try (RawPeer peer = connect()) {
            peer.send("<requests h-a=\"1\"><text>a</text></requests>");
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(Headers.of("a", "1"), received.headers());
            received.sendResponse(List.of("1"), Headers.of("b", "2"));
            assertEquals("<responses><text>1</text></responses>", peer.receive());
            assertNull(peer.receive());
        }
        try (RawPeer peer = connect()) {
            peer.send("<requests" + attributes(33, 1) + "><text>a</text></requests>");
            assertNull(peer.receive(), "a failure towards such a client is a close");
        }
    }
}
