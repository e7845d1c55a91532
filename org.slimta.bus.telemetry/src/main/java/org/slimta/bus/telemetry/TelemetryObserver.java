package org.slimta.bus.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;

/**
 * Makes spans and metrics of transactions. In a container it uses the service {@link OpenTelemetry}, or, if there is none,
 * {@link GlobalOpenTelemetry} once that is set; without either it observes nothing. Thread-safe.
 */
@Component(service = TransactionObserver.class)
public final class TelemetryObserver implements TransactionObserver {

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile OpenTelemetry service;

    private volatile Instruments instruments; // Null before the first transaction.

    /** Creates an observer that uses the service or the global instance. */
    @Activate
    public TelemetryObserver() {}

    /**
     * Creates an observer for a plain class path.
     *
     * @param telemetry makes the spans and the metrics, not null
     */
    public TelemetryObserver(OpenTelemetry telemetry) {
        service = Objects.requireNonNull(telemetry, "telemetry");
    }

    @Override
    public TransactionObservation started(TransactionStart start) {
        OpenTelemetry current = service;
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
