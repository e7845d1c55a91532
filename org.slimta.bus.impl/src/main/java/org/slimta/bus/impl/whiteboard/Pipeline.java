package org.slimta.bus.impl.whiteboard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.proxy.ForwardingClient;
import org.slimta.bus.impl.transaction.CodecPair;

/**
 * What a transaction runs through: filters, then a handler, or the bus behind. The parts fit together, and a transaction that
 * has begun with them goes on with them; when one of them changes there is another line. Thread-safe.
 */
final class Pipeline {

    /** What the present thread runs, the innermost first; a transaction may be given up while a thread is still in it. */
    private record Call(Pipeline line, BooleanSupplier isInside, Call outer) {}

    private static final ThreadLocal<Call> CALLS = new ThreadLocal<>();

    private final PipelineSpec plan;
    private final CodecPair codecs;
    private final List<WhiteboardService<BusFilter<Object, Object>>> filters;
    private final WhiteboardService<RequestHandler<Object, Object>> handler;
    private final BusClient<Object, Object> behind;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean retired;
    private final Set<Object> givenUp = new HashSet<>();

    /** Either a handler or a bus behind. */
    Pipeline(
            PipelineSpec plan,
            CodecPair codecs,
            List<WhiteboardService<BusFilter<Object, Object>>> filters,
            WhiteboardService<RequestHandler<Object, Object>> handler,
            BusClient<Object, Object> behind) {
        this.plan = plan;
        this.codecs = codecs;
        this.filters = filters;
        this.handler = handler;
        this.behind = behind;
    }

    CodecPair codecs() {
        return codecs;
    }

    List<WhiteboardService<BusFilter<Object, Object>>> filters() {
        return filters;
    }

    WhiteboardService<RequestHandler<Object, Object>> handler() {
        return handler;
    }

    BusClient<Object, Object> behind() {
        return behind;
    }

    /** Whether a transaction would fare the same on both. Asks no object of others, which may think what they like. */
    boolean isSameAs(Pipeline other) {
        return other != null
                && request() == other.request()
                && response() == other.response()
                && filters.equals(other.filters)
                && (handler == null ? other.handler == null : handler.equals(other.handler))
                && behind == other.behind;
    }

    private Object request() {
        return codecs == null ? null : codecs.request();
    }

    private Object response() {
        return codecs == null ? null : codecs.response();
    }

    boolean contains(ServiceReference<?> part) {
        return handler != null && handler.reference().equals(part)
                || filters.stream().anyMatch(filter -> filter.reference().equals(part));
    }

    /** Whether its codecs are there, and not about to leave. */
    boolean hasCodecsOf(Codecs present) {
        return codecs == null
                || present.named(plan.requestType()).stream().anyMatch(codec -> codec == request())
                        && present.named(plan.responseType()).stream().anyMatch(codec -> codec == response());
    }

    /** A transaction begins; not if there is another line already. */
    boolean enter() {
        inside.incrementAndGet();
        if (retired) {
            leave();
            return false;
        }
        return true;
    }

    /** A transaction that has begun here has ended. */
    void leave() {
        inside.decrementAndGet();
        if (retired) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Nothing more begins here. */
    void retire() {
        retired = true;
    }

    boolean isEmpty() {
        return inside.get() == 0;
    }

    /**
     * Waits for what has begun, but for that which the present thread itself is in; tells whether it has ended. What was once
     * waited for in vain is not waited for again. An interrupt cuts the wait short and stays set.
     *
     * @param part what the wait is for
     * @param deadline a time of {@link System#nanoTime()}
     */
    boolean awaitEmpty(Object part, long deadline) {
        int own = own();
        synchronized (this) {
            try {
                while (inside.get() > own && !givenUp.contains(part)) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0) {
                        givenUp.add(part);
                        return false;
                    }
                    wait(left);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private int own() {
        int own = 0;
        for (Call call = CALLS.get(); call != null; call = call.outer()) {
            own += call.line() == this && call.isInside().getAsBoolean() ? 1 : 0;
        }
        return own;
    }

    /** Runs what belongs to a transaction, and may itself have a part of this line leave. */
    void call(Runnable part, BooleanSupplier isInside) {
        Call outer = CALLS.get();
        CALLS.set(new Call(this, isInside, outer));
        try {
            part.run();
        } finally {
            if (outer == null) {
                CALLS.remove();
            } else {
                CALLS.set(outer);
            }
        }
    }

    /** Runs a transaction. What fails, fails the stage. */
    CompletionStage<List<Object>> run(RequestBatch<Object> batch) {
        return step(0, batch);
    }

    CompletionStage<List<Object>> step(int number, RequestBatch<Object> batch) {
        if (number < filters.size()) {
            WhiteboardService<BusFilter<Object, Object>> filter = filters.get(number);
            return FilterCall.call("filter", filter, () -> filter.service()
                    .filter(batch, new NextClient(this, number + 1, batch)));
        }
        if (handler != null) {
            return FilterCall.call("handler", handler, () -> handler.service().handle(batch));
        }
        try {
            return new ForwardingClient<>(behind, batch).sendRequest(batch.requests()).response();
        } catch (InterruptedException e) {
            return FilterCall.failed("interrupted while it sent to " + behind.name(), e);
        }
    }

    @Override
    public String toString() {
        String last = handler != null ? "handler " + handler.describe() : "bus " + behind.name();
        return filters.isEmpty()
                ? last
                : filters.stream().map(WhiteboardService::describe).collect(Collectors.joining(", ", "filters ", ", ")) + last;
    }
}
