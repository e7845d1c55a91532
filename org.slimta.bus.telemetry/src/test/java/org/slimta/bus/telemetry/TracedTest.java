package org.slimta.bus.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The example of the page on telemetry sends spans and metrics to a collector. */
@Timeout(60)
class TracedTest {

    @Test
    void spansAndMetricsArriveAtACollector() throws Exception {
        Map<String, String> received = new ConcurrentHashMap<>(); // By path.
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
            received.merge(exchange.getRequestURI().getPath(), body, String::concat);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try (OpenTelemetrySdk sdk =
                        Traced.sdk("http://127.0.0.1:" + collector.getAddress().getPort(), "edge");
                StandaloneBusFactory factory = new StandaloneBusFactory()) {
            factory.addObserver(new TelemetryObserver(sdk));
            LocalBus<String, String> bus =
                    factory.newLocal(LocalOptions.builder().name("traced").build());
            bus.server().serve(batch -> CompletableFuture.completedFuture(batch.requests()));
            assertEquals(List.of("a"), bus.client().sendRequest(List.of("a")).recvResponse());
        } finally {
            collector.stop(0);
        }
        assertTrue(received.getOrDefault("/v1/traces", "").contains("traced/send"), received::toString);
        assertTrue(received.getOrDefault("/v1/metrics", "").contains("rpc.client.call.duration"), received::toString);
    }
}
