package org.slimta.bus.impl.whiteboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Headers pass through the filters of a configured bus, to its handler or its downstream bus, and back. */
@Timeout(20)
class PipelineHeadersTest {

    private static final Headers GOING = Headers.of("trace", "1");

    private final StandaloneBusFactory factory = new StandaloneBusFactory();
    private final LocalBus<Object, Object> front = factory.newLocal();
    private final LocalBus<Object, Object> downstream = factory.newLocal();
    private final List<Headers> handled = new ArrayList<>();

    @AfterEach
    void close() {
        factory.close();
    }

    @SuppressWarnings("unchecked")
    private static <S> WhiteboardService<S> service(S service) {
        return new WhiteboardService<>(
                (ServiceReference<S>) Proxy.newProxyInstance(
                        PipelineHeadersTest.class.getClassLoader(),
                        new Class<?>[] {ServiceReference.class},
                        (self, method, values) -> null),
                service,
                null,
                0);
    }

    private Pipeline pipeline(RequestHandler<Object, Object> handler, List<BusFilter<Object, Object>> filters) {
        return new Pipeline(
                new PipelineSpec(
                        "relay",
                        null,
                        null,
                        null,
                        true,
                        0,
                        true,
                        null,
                        () -> false,
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO),
                null,
                filters.stream().map(PipelineHeadersTest::service).toList(),
                handler == null ? null : service(handler),
                handler == null ? downstream.client() : null);
    }

    /** Sends a request through a pipeline, and gives the headers that come back. */
    private Headers pass(Pipeline pipeline) throws Exception {
        ClientTransaction<Object> sent = front.client().sendRequest(List.of("a"), GOING);
        ServerTransaction<Object, Object> received = front.server().recvRequest();
        received.sendResponse(
                pipeline.run(received, BusObservers.NONE).toCompletableFuture().get(20, TimeUnit.SECONDS));
        assertEquals(List.of("1"), sent.recvResponse());
        return sent.headers();
    }

    private RequestHandler<Object, Object> handler() {
        return batch -> {
            handled.add(batch.headers());
            batch.setResponseHeaders(Headers.of("by", "handler"));
            return CompletableFuture.completedFuture(List.of("1"));
        };
    }

    @Test
    void aHandlerGetsThemAndSetsThoseOfTheResponse() throws Exception {
        assertEquals(Headers.of("by", "handler"), pass(pipeline(handler(), List.of())));
        assertEquals(List.of(GOING), handled);
    }

    @Test
    void filtersThatDoNotKnowThemLoseNone() throws Exception {
        Pipeline pipeline = pipeline(
                handler(),
                List.of(
                        (batch, to) -> to.sendRequest(batch.requests()).response(),
                        (batch, to) -> CompletableFuture.completedFuture(
                                to.sendRequest(batch.requests()).recvResponse())));
        assertEquals(Headers.of("by", "handler"), pass(pipeline));
        assertEquals(List.of(GOING), handled);
    }

    @Test
    void filtersChangeThem() throws Exception {
        Pipeline pipeline = pipeline(
                handler(),
                List.of(
                        (batch, to) -> {
                            ClientTransaction<Object> sent = to.sendRequest(
                                    batch.requests(), batch.headers().with("via", "1"));
                            batch.setResponseHeaders(sent.headers().with("via", "1"));
                            return sent.response();
                        },
                        (batch, to) -> to.sendRequest(
                                        batch.requests(), batch.headers().with("and", "2"))
                                .response()));
        assertEquals(Headers.of("by", "handler", "via", "1"), pass(pipeline));
        assertEquals(List.of(GOING.with("via", "1").with("and", "2")), handled);
    }

    @Test
    void aDownstreamBusGetsThemAndSendsThoseOfTheResponse() throws Exception {
        downstream.server().serve(handler());
        Pipeline pipeline = pipeline(
                null, List.of((batch, to) -> to.sendRequest(batch.requests()).response()));
        assertEquals(Headers.of("by", "handler"), pass(pipeline));
        assertEquals(List.of(GOING), handled);
    }

    @Test
    void aHandlerThatFailsHasSetThemToo() throws Exception {
        Pipeline pipeline = pipeline(
                batch -> {
                    batch.setResponseHeaders(Headers.of("by", "handler"));
                    throw new IllegalStateException("broken");
                },
                List.of((batch, to) -> to.sendRequest(batch.requests()).response()));
        front.client().sendRequest(List.of("a"), GOING);
        ServerTransaction<Object, Object> received = front.server().recvRequest();
        CompletableFuture<List<Object>> run =
                pipeline.run(received, BusObservers.NONE).toCompletableFuture();
        assertThrows(ExecutionException.class, () -> run.get(20, TimeUnit.SECONDS));
        assertEquals(Headers.of("by", "handler"), received.responseHeaders());
    }
}
