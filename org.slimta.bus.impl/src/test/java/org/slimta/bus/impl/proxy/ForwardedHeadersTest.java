package org.slimta.bus.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A proxy passes headers on and back, unless its filter changes them. */
@Timeout(30)
class ForwardedHeadersTest {

    private static final Headers GOING = Headers.of("trace", "1");
    private static final Headers COMING = Headers.of("served-by", "far");

    private final StandaloneBusFactory factory = new StandaloneBusFactory();
    private final LocalBus<String, String> near = factory.newLocal();
    private final LocalBus<String, String> far = factory.newLocal();
    private Thread thread;

    @AfterEach
    void close() throws Exception {
        factory.close();
        if (thread != null) {
            thread.join(10_000);
            assertTrue(!thread.isAlive());
        }
    }

    private void run(BusFilter<String, String> filter) {
        thread = new Thread(factory.newProxy(near.server(), far.client(), filter));
        thread.start();
    }

    /** Sends a request to the proxy, and gives the headers that arrive behind it and those that come back. */
    private List<Headers> pass() throws Exception {
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"), GOING);
        ServerTransaction<String, String> received = far.server().recvRequest();
        received.sendResponse(List.of("1"), COMING);
        assertEquals(List.of("1"), sent.recvResponse());
        return List.of(received.headers(), sent.headers());
    }

    @Test
    void headersArePassedOnAndBack() throws Exception {
        run(BusFilter.passOn());
        assertEquals(List.of(GOING, COMING), pass());
    }

    @Test
    void aFilterNeedNotKnowHeaders() throws Exception {
        run((batch, to) -> to.sendRequest(List.of("changed")).response());
        assertEquals(List.of(GOING, COMING), pass());
    }

    @Test
    void aFilterMayWaitForTheResponse() throws Exception {
        run((batch, to) -> CompletableFuture.completedFuture(
                to.sendRequest(batch.requests()).recvResponse()));
        assertEquals(List.of(GOING, COMING), pass());
    }

    @Test
    void aFilterChangesThoseOfRequests() throws Exception {
        run((batch, to) -> to.sendRequest(
                        batch.requests(), batch.headers().with("via", "proxy").without("trace"))
                .response());
        assertEquals(List.of(Headers.of("via", "proxy"), COMING), pass());
    }

    @Test
    void aFilterChangesThoseOfResponses() throws Exception {
        run((batch, to) -> {
            ClientTransaction<String> sent = to.sendRequest(batch.requests());
            return sent.response().thenApply(responses -> {
                batch.setResponseHeaders(batch.responseHeaders().with("via", "proxy"));
                return responses;
            });
        });
        assertEquals(List.of(GOING, COMING.with("via", "proxy")), pass());
    }

    @Test
    void aFilterLeavesThemOut() throws Exception {
        run((batch, to) -> {
            batch.setResponseHeaders(Headers.none());
            return to.sendRequest(batch.requests(), Headers.none()).response();
        });
        assertEquals(List.of(Headers.none(), Headers.none()), pass());
    }

    @Test
    void thoseOfTheLastAttemptArePassedBack() throws Exception {
        run((batch, to) -> to.sendRequest(batch.requests()).response().exceptionallyCompose(failure -> {
            try {
                return to.sendRequest(batch.requests()).response();
            } catch (InterruptedException e) {
                return CompletableFuture.failedFuture(e);
            }
        }));
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> first = far.server().recvRequest();
        first.setResponseHeaders(Headers.of("attempt", "1"));
        first.fail(Reason.OVERLOADED, "not now");
        far.server().recvRequest().sendResponse(List.of("1"), Headers.of("attempt", "2"));
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(Headers.of("attempt", "2"), sent.headers());
    }

    @Test
    void thoseOfAFailureArePassedBack() throws Exception {
        run(BusFilter.passOn());
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = far.server().recvRequest();
        received.setResponseHeaders(COMING);
        received.fail(Reason.HANDLER, "no");
        assertEquals(Reason.HANDLER, failureOf(sent).reason());
        assertEquals(COMING, sent.headers());
    }

    @Test
    void aFilterThatAnswersByItselfSetsItsOwn() throws Exception {
        run((batch, to) -> {
            batch.setResponseHeaders(Headers.of("by", "filter"));
            return CompletableFuture.completedFuture(List.of("x"));
        });
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        assertEquals(List.of("x"), sent.recvResponse());
        assertEquals(Headers.of("by", "filter"), sent.headers());
    }

    @Test
    void aChainPassesThemThroughAllItsFilters() throws Exception {
        BusServer<String, String> end = factory.newChain(
                near.server(),
                List.of(
                        (batch, to) -> to.sendRequest(batch.requests()).response(),
                        (batch, to) -> to.sendRequest(
                                        batch.requests(), batch.headers().with("via", "chain"))
                                .response()),
                LocalOptions.defaults());
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"), GOING);
        ServerTransaction<String, String> received = end.recvRequest();
        assertEquals(GOING.with("via", "chain"), received.headers());
        received.sendResponse(List.of("1"), COMING);
        sent.recvResponse();
        assertEquals(COMING, sent.headers());
    }
}
