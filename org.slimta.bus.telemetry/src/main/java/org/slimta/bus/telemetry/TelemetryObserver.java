package org.slimta.bus.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Objects;
import java.util.function.Supplier;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;

/**
 * Makes spans and metrics of transactions. Without an {@link OpenTelemetry} of its own it uses {@link GlobalOpenTelemetry}
 * once that is set; without either it observes nothing. In a container the bundle registers one, which uses the service
 * {@link OpenTelemetry}. Thread-safe.
 */
public final class TelemetryObserver implements TransactionObserver {

    private final Supplier<OpenTelemetry> telemetry;
    private volatile Instruments instruments; // Null before the first transaction.

    /** Creates an observer that uses the global instance. */
    public TelemetryObserver() {
        this(() -> null);
    }

    /**
     * Creates an observer for a plain class path.
     *
     * @param telemetry makes the spans and the metrics, not null
     */
    public TelemetryObserver(OpenTelemetry telemetry) {
        this(always(telemetry));
    }

    private static Supplier<OpenTelemetry> always(OpenTelemetry telemetry) {
        Objects.requireNonNull(telemetry, "telemetry");
        return () -> telemetry;
    }

    /**
     * Creates an observer whose telemetry may change.
     *
     * @param telemetry supplies what makes the spans and the metrics of the next transaction, or null for the global
     *     instance; called on any thread, must not block; not null
     */
    public TelemetryObserver(Supplier<OpenTelemetry> telemetry) {
        this.telemetry = Objects.requireNonNull(telemetry, "telemetry");
    }

    @Override
    public TransactionObservation started(TransactionStart start) {
        OpenTelemetry current = telemetry.get();
        current = current == null ? GlobalOpenTelemetry.getOrNoop() : current;
        if (current == OpenTelemetry.noop()) {
            return null;
        }
        Instruments made = instruments;
        if (made == null || !made.isOf(current)) {
            made = new Instruments(current);
            instruments = made;
        }
        return SpanObservation.begin(made, start, parent(made, start));
    }

    /**
     * The parent of a span. What a client sends belongs to the span that the thread is in; if there is none, to the filter
     * that sends; and else to the context that its headers carry already.
     */
    private static Context parent(Instruments instruments, TransactionStart start) {
        if (start.role() == Role.CLIENT && Span.current().getSpanContext().isValid()) {
            return Context.current();
        }
        return start.parent() instanceof SpanObservation known
                ? known.context()
                : instruments.contextOf(start.headers());
    }
}
