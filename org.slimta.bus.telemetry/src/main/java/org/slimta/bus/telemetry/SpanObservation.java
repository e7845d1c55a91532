package org.slimta.bus.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;

/** The span of one transaction at one place. */
final class SpanObservation implements TransactionObservation {

    private static final double NANOS_OF_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Instruments instruments;
    private final Role role;
    private final String method;
    private final Duration queued;
    private final Instant begin;
    private final Context context;

    private SpanObservation(Instruments instruments, TransactionStart start, Instant begin, Context context) {
        this.instruments = instruments;
        this.role = start.role();
        this.method = method(start);
        this.queued = start.queued();
        this.begin = begin;
        this.context = context;
    }

    private static String method(TransactionStart start) {
        return start.busName() + "/send";
    }

    /** Begins a span. That of a server begins when its requests have arrived, before they wait in the queue. */
    static SpanObservation begin(Instruments instruments, TransactionStart start, Context parent) {
        Instant begin = Instant.now().minus(start.queued());
        SpanBuilder span = instruments
                .span(name(start))
                .setParent(parent)
                .setSpanKind(kind(start.role()))
                .setStartTimestamp(begin)
                .setAttribute(Conventions.BUS, start.busName())
                .setAttribute(Conventions.KIND, start.busKind())
                .setAttribute(Conventions.REQUESTS, (long) start.requestCount());
        if (start.role() == Role.CLIENT || start.role() == Role.SERVER) {
            span.setAttribute(Conventions.SYSTEM, Conventions.SLIMTA).setAttribute(Conventions.METHOD, method(start));
        } else {
            span.setAttribute(Conventions.FUNCTION, start.target() + "." + verb(start.role()));
        }
        if (start.role() == Role.SERVER) {
            span.setAttribute(Conventions.QUEUED, start.queued().toNanos() / NANOS_OF_SECOND);
            InetSocketAddress peer = start.peer().address();
            if (peer != null) {
                span.setAttribute(Conventions.CLIENT_ADDRESS, peer.getHostString())
                        .setAttribute(Conventions.CLIENT_PORT, (long) peer.getPort());
            }
        }
        return new SpanObservation(instruments, start, begin, parent.with(span.startSpan()));
    }

    private static String name(TransactionStart start) {
        return switch (start.role()) {
            case CLIENT, SERVER -> method(start);
            case HANDLER, FILTER ->
                start.target().substring(start.target().lastIndexOf('.') + 1) + "/" + verb(start.role());
        };
    }

    private static String verb(Role role) {
        return role == Role.HANDLER ? "handle" : "filter";
    }

    private static SpanKind kind(Role role) {
        return switch (role) {
            case CLIENT -> SpanKind.CLIENT;
            case SERVER -> SpanKind.SERVER;
            case HANDLER, FILTER -> SpanKind.INTERNAL;
        };
    }

    Context context() {
        return context;
    }

    @Override
    public Headers headers(Headers headers) {
        return instruments.with(context, headers);
    }

    @Override
    public Scope enter() {
        io.opentelemetry.context.Scope current = ContextStorage.get().attach(context);
        return current::close;
    }

    @Override
    public void ended(TransactionEnd end) {
        Span span = Span.fromContext(context);
        AttributesBuilder attributes = Attributes.builder();
        if (role == Role.CLIENT) {
            Target server = Target.of(end.target());
            if (server != null) {
                server.addTo(attributes);
            }
        }
        BusException failure = end.failure();
        if (failure != null) {
            String reason = failure.reason().name();
            attributes.put(Conventions.ERROR, reason);
            if (role == Role.CLIENT || role == Role.SERVER) {
                attributes.put(Conventions.STATUS, reason);
            }
            span.setAttribute(Conventions.OUTCOME, failure.outcome().name());
            span.setStatus(StatusCode.ERROR, failure.getMessage());
        }
        Attributes known = attributes.build();
        span.setAllAttributes(known);
        Duration duration = end.duration().plus(queued);
        span.end(begin.plus(duration));
        instruments.record(
                role,
                duration.toNanos() / NANOS_OF_SECOND,
                known.toBuilder()
                        .put(Conventions.SYSTEM, Conventions.SLIMTA)
                        .put(Conventions.METHOD, method)
                        .build(),
                context);
    }
}
