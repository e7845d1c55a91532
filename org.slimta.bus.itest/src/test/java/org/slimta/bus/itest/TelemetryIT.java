package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.LOCAL;
import static org.slimta.bus.itest.ConfiguredBuses.PROXY;
import static org.slimta.bus.itest.ConfiguredBuses.failure;
import static org.slimta.bus.itest.ConfiguredBuses.marking;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.itest.note.Note;

/** One trace from the client of a local bus over a proxy and a socket to the handler of a server. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class TelemetryIT {

    private static final Path BUNDLES = Path.of("target/telemetry");
    private static final String EXPORTERS = "io/opentelemetry/sdk/testing/exporter/";

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(
                ConfiguredBuses.installed(),
                telemetry(
                        "opentelemetry-common",
                        "opentelemetry-context",
                        "opentelemetry-api",
                        "opentelemetry-sdk-common",
                        "opentelemetry-sdk-trace",
                        "opentelemetry-sdk-metrics",
                        "opentelemetry-sdk-logs",
                        "opentelemetry-sdk",
                        "org.slimta.bus.telemetry"),
                Installed.jar(exporters()));
    }

    private static Option telemetry(String... names) {
        return composite(Stream.of(names)
                .map(name -> Installed.jar(BUNDLES.resolve(name + ".jar")))
                .toArray(Option[]::new));
    }

    /** Returns a bundle of the exporters in memory; that of OpenTelemetry needs JUnit and AssertJ too. */
    private static Path exporters() throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "itest.exporters");
        headers.putValue("Export-Package", "io.opentelemetry.sdk.testing.exporter");
        headers.putValue("DynamicImport-Package", "io.opentelemetry.*");
        Path bundle = BUNDLES.resolve("exporters.jar");
        try (JarFile from = new JarFile(
                        BUNDLES.resolve("opentelemetry-sdk-testing.jar").toFile());
                OutputStream file = Files.newOutputStream(bundle);
                JarOutputStream to = new JarOutputStream(file, manifest)) {
            for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().startsWith(EXPORTERS) && !entry.isDirectory()) {
                    to.putNextEntry(new JarEntry(entry.getName()));
                    from.getInputStream(entry).transferTo(to);
                    to.closeEntry();
                }
            }
        }
        return bundle;
    }

    @After
    public void close() {
        sdk.close();
    }

    private ServiceRegistration<?> provideSdk() {
        return buses.register(OpenTelemetry.class, sdk, Map.of());
    }

    /** Opens the buses of the demo: edge, router, and relay with its client. */
    private BusClient<Note, Note> open(RequestHandler<Note, Note> handler) throws Exception {
        buses.configure(LOCAL, "slimta.bus.name", "edge");
        buses.server("relay");
        buses.handler(handler, "relay", 0);
        buses.clientOf("relay");
        buses.configure(PROXY, "slimta.bus.name", "router", "from", "edge", "to", "client-of-relay", "minFilters", 1);
        buses.filter(marking("!"), "router", 0);
        return buses.service(BusClient.class, "edge");
    }

    /** Returns the six spans of a transaction, from its beginning on. */
    private List<SpanData> trace() {
        Await.until("six spans have ended", () -> spans.getFinishedSpanItems().size() >= 6);
        assertEquals(6, spans.getFinishedSpanItems().size());
        return spans.getFinishedSpanItems().stream()
                .sorted(Comparator.comparing(this::depth))
                .toList();
    }

    private int depth(SpanData span) {
        return spans.getFinishedSpanItems().stream()
                .filter(other -> other.getSpanId().equals(span.getParentSpanId()))
                .findFirst()
                .map(parent -> depth(parent) + 1)
                .orElse(0);
    }

    @Test
    public void aTransactionOverSeveralBusesIsOneTrace() throws Exception {
        provideSdk();
        BusClient<Note, Note> client = open(ECHO);
        assertEquals("re: a!", ConfiguredBuses.send(client, "a"));
        List<SpanData> trace = trace();
        assertEquals(SpanId.getInvalid(), trace.get(0).getParentSpanId());
        for (int i = 1; i < trace.size(); i++) {
            assertEquals(trace.get(i - 1).getSpanId(), trace.get(i).getParentSpanId());
            assertEquals(trace.get(0).getTraceId(), trace.get(i).getTraceId());
            assertEquals(StatusCode.UNSET, trace.get(i).getStatus().getStatusCode());
        }
        assertEquals(
                List.of(
                        SpanKind.CLIENT,
                        SpanKind.SERVER,
                        SpanKind.INTERNAL,
                        SpanKind.CLIENT,
                        SpanKind.SERVER,
                        SpanKind.INTERNAL),
                trace.stream().map(SpanData::getKind).toList());
        assertEquals(
                List.of("edge", "edge", "router", "client-of-relay", "relay", "relay"),
                trace.stream()
                        .map(span -> span.getAttributes().get(AttributeKey.stringKey("slimta.bus.name")))
                        .toList());
        SpanData overSocket = trace.get(3);
        assertEquals("client-of-relay/send", overSocket.getName());
        assertEquals("127.0.0.1", overSocket.getAttributes().get(AttributeKey.stringKey("server.address")));
        assertEquals(
                Long.valueOf(buses.port("relay")), overSocket.getAttributes().get(AttributeKey.longKey("server.port")));
    }

    @Test
    public void aFailureHasItsReasonInAllSpans() throws Exception {
        provideSdk();
        BusClient<Note, Note> client = open(batch -> {
            throw new IllegalStateException("it broke");
        });
        failure(client);
        for (SpanData span : trace()) {
            assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
            assertTrue(span.getStatus().getDescription().contains("it broke"));
            assertEquals("HANDLER", span.getAttributes().get(AttributeKey.stringKey("error.type")));
            assertEquals("UNKNOWN", span.getAttributes().get(AttributeKey.stringKey("slimta.bus.outcome")));
        }
    }

    @Test
    public void transactionsGoOnWithoutAnSdkAndWhenItIsReplaced() throws Exception {
        BusClient<Note, Note> client = open(ECHO);
        assertEquals("re: a!", ConfiguredBuses.send(client, "a"));
        ServiceRegistration<?> provided = provideSdk();
        assertEquals("re: b!", ConfiguredBuses.send(client, "b"));
        trace();
        provided.unregister();
        assertEquals("re: c!", ConfiguredBuses.send(client, "c"));
        trace();
    }
}
