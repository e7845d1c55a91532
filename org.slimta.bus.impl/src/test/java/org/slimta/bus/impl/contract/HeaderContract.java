package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.ServerTransaction;

/**
 * Headers of requests reach the server. Those of responses and failures reach the client, if the bus can tell it why a
 * transaction failed.
 */
public interface HeaderContract extends ContractFixture {

    private Headers seenByClient(Headers headers) {
        return bus().tellsReasons() ? headers : Headers.none();
    }

    @Test
    default void headersOfRequestsReachTheServer() throws Exception {
        Headers headers = Headers.of(
                "b",
                "plain",
                "a",
                "<&>\"' and a \t tab, \r\n lines",
                "0",
                "",
                "unicode",
                "Köln ✓ 😀",
                "c.d_e-f",
                " x ");
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"), headers);
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertEquals(headers.toString(), received.headers().toString());
        assertEquals(List.of("a"), received.requests());
        received.sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
    }

    @Test
    default void headersOfResponsesReachTheClient() throws Exception {
        Headers headers = Headers.of("served-by", "mx2", "note", "<&>\"'\t\r\n é");
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertSame(Headers.none(), sent.headers());
        received.sendResponse(List.of("1"), headers);
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(seenByClient(headers), sent.headers());
    }

    @Test
    default void headersAreKnownWhenTheStageIsComplete() throws Exception {
        Headers headers = Headers.of("a", "1");
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        CompletableFuture<Headers> seen = new CompletableFuture<>();
        sent.response().thenRun(() -> seen.complete(sent.headers()));
        bus().server().recvRequest().sendResponse(List.of("1"), headers);
        assertEquals(seenByClient(headers), seen.get(20, TimeUnit.SECONDS));
    }

    @Test
    default void headersThatWereSetGoWithTheResponse() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        received.setResponseHeaders(Headers.of("a", "1"));
        received.setResponseHeaders(Headers.of("b", "2"));
        assertEquals(Headers.of("b", "2"), received.responseHeaders());
        received.sendResponse(List.of("1"));
        sent.recvResponse();
        assertEquals(seenByClient(Headers.of("b", "2")), sent.headers());
    }

    @Test
    default void headersThatAHandlerSetsGoWithItsResponse() throws Exception {
        bus().server().serve(batch -> {
            batch.setResponseHeaders(Headers.of("re", batch.headers().get("no")));
            return CompletableFuture.completedFuture(batch.requests());
        });
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"), Headers.of("no", "7"));
        assertEquals(List.of("a"), sent.recvResponse());
        assertEquals(seenByClient(Headers.of("re", "7")), sent.headers());
    }

    @Test
    default void aFailureHasHeadersToo() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        received.setResponseHeaders(Headers.of("retry", "later"));
        received.fail(Reason.OVERLOADED, "not now");
        assertEquals(bus().seenByClient(Reason.OVERLOADED), failureOf(sent).reason());
        assertEquals(seenByClient(Headers.of("retry", "later")), sent.headers());
    }

    @Test
    default void withoutHeadersThereAreNone() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertSame(Headers.none(), received.headers());
        assertSame(Headers.none(), received.responseHeaders());
        received.sendResponse(List.of("1"));
        sent.recvResponse();
        assertSame(Headers.none(), sent.headers());
    }
}
