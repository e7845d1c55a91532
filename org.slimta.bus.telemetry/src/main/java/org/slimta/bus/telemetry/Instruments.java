package org.slimta.bus.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Locale;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionStart.Role;

/** What is made once for each {@link OpenTelemetry}. Thread-safe. */
final class Instruments {

    private static final String SCOPE = "org.slimta.bus";

    private final OpenTelemetry telemetry;
    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final DoubleHistogram clientDuration;
    private final DoubleHistogram serverDuration;

    Instruments(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.tracer = telemetry
                .tracerBuilder(SCOPE)
                .setSchemaUrl(Conventions.SCHEMA_URL)
                .build();
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
        Meter meter = telemetry
                .meterBuilder(SCOPE)
                .setSchemaUrl(Conventions.SCHEMA_URL)
                .build();
        this.clientDuration = histogram(meter, Conventions.CLIENT_DURATION, "Duration of transactions at their client");
        this.serverDuration = histogram(meter, Conventions.SERVER_DURATION, "Duration of transactions at their server");
    }

    private static DoubleHistogram histogram(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit(Conventions.SECONDS)
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(Conventions.BUCKETS)
                .build();
    }

    boolean isOf(OpenTelemetry other) {
        return telemetry == other;
    }

    SpanBuilder span(String name) {
        return tracer.spanBuilder(name);
    }

    /** Records the duration of a transaction at its client or its server; there is no metric for other places. */
    void record(Role role, double seconds, Attributes attributes, Context context) {
        if (role == Role.CLIENT) {
            clientDuration.record(seconds, attributes, context);
        } else if (role == Role.SERVER) {
            serverDuration.record(seconds, attributes, context);
        }
    }

    /** Returns the context that headers carry; the root if they carry none. */
    Context contextOf(Headers headers) {
        return propagator.extract(Context.root(), headers, HeaderGetter.INSTANCE);
    }

    /** Returns the headers with a context. What cannot be a header is left out. */
    Headers with(Context context, Headers headers) {
        Headers[] result = {headers};
        propagator.inject(context, result, (carrier, key, value) -> {
            try {
                carrier[0] = carrier[0].with(key.toLowerCase(Locale.ROOT), value);
            } catch (IllegalArgumentException e) {
                // Its name or its value is not possible in a header: a propagator of another kind.
            }
        });
        return result[0];
    }
}
