package org.slimta.bus.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The spans and metrics of buses in code. */
@Timeout(60)
class TelemetryObserverTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final StandaloneBusFactory factory = new StandaloneBusFactory();
    private final LocalBus<String, String> front =
            factory.newLocal(LocalOptions.builder().name("front").build());
    private final LocalBus<String, String> back =
            factory.newLocal(LocalOptions.builder().name("back").build());

    @BeforeEach
    void observe() {
        factory.addObserver(new TelemetryObserver(sdk));
    }

    @AfterEach
    void close() {
        factory.close();
        sdk.close();
    }

    private static CompletableFuture<List<String>> echo(RequestBatch<String> batch) {
        return CompletableFuture.completedFuture(batch.requests());
    }

    /** Waits until as many spans have ended. */
    private List<SpanData> spans(int count) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (spans.getFinishedSpanItems().size() < count) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "spans: " + spans.getFinishedSpanItems());
            LockSupport.parkNanos(100_000);
        }
        return spans.getFinishedSpanItems();
    }

    private static SpanData named(List<SpanData> all, String name, SpanKind kind) {
        return all.stream()
                .filter(span -> span.getName().equals(name) && span.getKind() == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + all));
    }

    private static void assertParent(SpanData parent, SpanData child) {
        assertEquals(parent.getTraceId(), child.getTraceId());
        assertEquals(parent.getSpanId(), child.getParentSpanId());
    }

    @Test
    void theSpansOfATransactionThroughAProxyAreOneTrace() throws Exception {
        back.server().serve(TelemetryObserverTest::echo);
        ClientTransaction<String> sent = front.client().sendRequest(List.of("a"));
        factory.newProxy(front.server(), back.client(), BusFilter.<String, String>passOn())
                .accept();
        sent.recvResponse();
        List<SpanData> all = spans(6);
        assertEquals(6, all.size());
        SpanData client = named(all, "front/send", SpanKind.CLIENT);
        SpanData server = named(all, "front/send", SpanKind.SERVER);
        SpanData passing = named(all, "back/send", SpanKind.CLIENT);
        SpanData last = named(all, "back/send", SpanKind.SERVER);
        List<SpanData> inner =
                all.stream().filter(span -> span.getKind() == SpanKind.INTERNAL).toList();
        SpanData filter = inner.stream()
                .filter(span -> span.getName().endsWith("/filter"))
                .findFirst()
                .orElseThrow();
        SpanData handler = inner.stream()
                .filter(span -> span.getName().endsWith("/handle"))
                .findFirst()
                .orElseThrow();
        assertEquals(SpanId.getInvalid(), client.getParentSpanId());
        assertParent(client, server);
        assertParent(server, filter);
        assertParent(filter, passing);
        assertParent(passing, last);
        assertParent(last, handler);
        assertEquals("slimta", client.getAttributes().get(Conventions.SYSTEM));
        assertEquals("front/send", client.getAttributes().get(Conventions.METHOD));
        assertEquals("local", client.getAttributes().get(Conventions.KIND));
        assertEquals(StatusCode.UNSET, client.getStatus().getStatusCode());
        assertTrue(client.getEndEpochNanos() >= client.getStartEpochNanos());
        assertNotNull(server.getAttributes().get(Conventions.QUEUED));
    }

    @Test
    void aHandlerRunsInTheContextOfItsSpanAndWhatItSendsBelongsToIt() throws Exception {
        back.server().serve(TelemetryObserverTest::echo);
        String[] current = new String[1];
        front.server().serve(batch -> {
            current[0] = Span.current().getSpanContext().getSpanId();
            return back.client().sendRequest(batch.requests()).response();
        });
        front.client().sendRequest(List.of("a")).recvResponse();
        List<SpanData> all = spans(6);
        SpanData passing = named(all, "back/send", SpanKind.CLIENT);
        assertEquals(current[0], passing.getParentSpanId());
        assertFalse(Span.current().getSpanContext().isValid());
    }

    @Test
    void theSpanOfTheCallerIsTheParent() throws Exception {
        front.server().serve(TelemetryObserverTest::echo);
        Span caller = sdk.getTracer("test").spanBuilder("caller").startSpan();
        try (Scope entered = caller.makeCurrent()) {
            assertNotNull(entered);
            front.client().sendRequest(List.of("a")).recvResponse();
        }
        SpanData client = named(spans(3), "front/send", SpanKind.CLIENT);
        assertEquals(caller.getSpanContext().getSpanId(), client.getParentSpanId());
    }

    @Test
    void aContextInTheHeadersOfRequestsGoesOnAndIsReplacedForTheServer() throws Exception {
        Headers headers = Headers.of("traceparent", "00-" + TRACE + "-" + CALLER + "-01", "own", "1");
        ClientTransaction<String> sent = front.client().sendRequest(List.of("a"), headers);
        ServerTransaction<String, String> received = front.server().recvRequest();
        received.sendResponse(List.of("b"));
        sent.recvResponse();
        List<SpanData> all = spans(2);
        SpanData client = named(all, "front/send", SpanKind.CLIENT);
        assertEquals(TRACE, client.getTraceId());
        assertEquals(CALLER, client.getParentSpanId());
        assertEquals(
                "00-" + TRACE + "-" + client.getSpanId() + "-01",
                received.headers().get("traceparent"));
        assertEquals("1", received.headers().get("own"));
        assertParent(client, named(all, "front/send", SpanKind.SERVER));
    }

    @Test
    void aFilterThatDropsTheHeadersDoesNotEndTheTrace() throws Exception {
        back.server().serve(TelemetryObserverTest::echo);
        BusFilter<String, String> dropping =
                (batch, to) -> to.sendRequest(batch.requests(), Headers.none()).response();
        ClientTransaction<String> sent = front.client().sendRequest(List.of("a"));
        factory.newProxy(front.server(), back.client(), dropping).accept();
        sent.recvResponse();
        assertEquals(1, spans(6).stream().map(SpanData::getTraceId).distinct().count());
    }

    @Test
    void aFailureHasItsReasonItsOutcomeAndItsMessage() throws Exception {
        front.server().serve(batch -> {
            throw new IllegalStateException("it broke");
        });
        assertThrows(
                BusException.class,
                () -> front.client().sendRequest(List.of("a")).recvResponse());
        for (SpanData span : spans(3)) {
            assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode(), span::toString);
            assertTrue(span.getStatus().getDescription().contains("it broke"), span::toString);
            assertEquals(Reason.HANDLER.name(), span.getAttributes().get(Conventions.ERROR), span::toString);
            assertEquals("UNKNOWN", span.getAttributes().get(Conventions.OUTCOME), span::toString);
        }
    }

    @Test
    void durationsAreRecordedInSeconds() throws Exception {
        front.server().serve(TelemetryObserverTest::echo);
        front.client().sendRequest(List.of("a")).recvResponse();
        spans(3);
        Collection<MetricData> all = metrics.collectAllMetrics();
        assertEquals(2, all.size(), all::toString);
        for (String name : List.of("rpc.client.call.duration", "rpc.server.call.duration")) {
            MetricData metric = all.stream()
                    .filter(one -> one.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertEquals("s", metric.getUnit());
            HistogramPointData point =
                    metric.getHistogramData().getPoints().iterator().next();
            assertEquals(1, point.getCount());
            assertTrue(point.getSum() > 0 && point.getSum() < 60, point::toString);
            assertEquals(Conventions.BUCKETS, point.getBoundaries());
            assertEquals(
                    Attributes.of(Conventions.SYSTEM, "slimta", Conventions.METHOD, "front/send"),
                    point.getAttributes());
        }
    }

    @Test
    void withoutAnSdkNothingIsObserved() {
        assertNull(new TelemetryObserver(OpenTelemetry.noop()).started(null));
        assertFalse(GlobalOpenTelemetry.isSet());
        assertNull(new TelemetryObserver().started(null));
        assertFalse(GlobalOpenTelemetry.isSet(), "asking must not set the global instance for good");
    }

    @Test
    void theAddressOfAServerIsRead() {
        assertEquals(new Target("relay.example.com", 4025), Target.of("relay.example.com:4025"));
        assertEquals(new Target("2001:db8::1", 4025), Target.of("[2001:db8::1]:4025"));
        assertEquals(new Target("topic", -1), Target.of("topic"));
        assertNull(Target.of("a:1;b:2"));
        assertNull(Target.of("local"));
        assertNull(Target.of(null));
        assertNotEquals(Target.of("a:1"), Target.of("a:2"));
    }
}
