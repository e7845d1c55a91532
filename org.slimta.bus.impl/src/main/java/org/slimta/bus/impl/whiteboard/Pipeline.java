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
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.proxy.ForwardingClient;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.ForwardableBatch;

/**
 * What a transaction runs through: filters, then a handler or a downstream bus. The parts fit together, and a
 * transaction that has begun with them ends with them: when one of them changes, another pipeline takes over.
 * Thread-safe.
 */
final class Pipeline {

    /**
     * A call that the current thread is in. Calls are nested.
     *
     * @param pipeline the pipeline of its transaction
     * @param isActive whether the transaction still counts as running; it may be given up while a thread is still in it
     * @param outer the call around it, or null
     */
    private record Call(Pipeline pipeline, BooleanSupplier isActive, Call outer) {}

    /** The innermost call of each thread. */
    private static final ThreadLocal<Call> CALLS = new ThreadLocal<>();

    private final PipelineSpec spec;
    private final CodecPair codecs;
    private final List<WhiteboardService<BusFilter<Object, Object>>> filters;
    private final WhiteboardService<RequestHandler<Object, Object>> handler;
    private final BusClient<Object, Object> downstream;
    private final AtomicInteger active = new AtomicInteger();
    private volatile boolean retired;
    private final Set<Object> timedOutParts = new HashSet<>(); // Guarded by this.

    /** Either the handler or the downstream bus is not null; the codecs are null if requests are objects already. */
    Pipeline(
            PipelineSpec spec,
            CodecPair codecs,
            List<WhiteboardService<BusFilter<Object, Object>>> filters,
            WhiteboardService<RequestHandler<Object, Object>> handler,
            BusClient<Object, Object> downstream) {
        this.spec = spec;
        this.codecs = codecs;
        this.filters = filters;
        this.handler = handler;
        this.downstream = downstream;
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

    BusClient<Object, Object> downstream() {
        return downstream;
    }

    /** Whether a transaction runs through the same parts in both. Calls no {@code equals} of user code. */
    boolean isSameAs(Pipeline other) {
        return other != null
                && requestCodec() == other.requestCodec()
                && responseCodec() == other.responseCodec()
                && filters.equals(other.filters)
                && (handler == null ? other.handler == null : handler.equals(other.handler))
                && downstream == other.downstream;
    }

    private Object requestCodec() {
        return codecs == null ? null : codecs.request();
    }

    private Object responseCodec() {
        return codecs == null ? null : codecs.response();
    }

    boolean contains(ServiceReference<?> part) {
        return (handler != null && handler.reference().equals(part))
                || filters.stream().anyMatch(filter -> filter.reference().equals(part));
    }

    /** Whether its codecs are registered, and not about to be removed. */
    boolean hasCodecsOf(Codecs present) {
        return codecs == null
                || (present.named(spec.requestType()).stream().anyMatch(codec -> codec == requestCodec())
                        && present.named(spec.responseType()).stream().anyMatch(codec -> codec == responseCodec()));
    }

    /** Begins a transaction. Returns false, and begins nothing, if the pipeline is retired. */
    boolean enter() {
        active.incrementAndGet(); // Before the check: a pipeline that is retired meanwhile waits for this transaction.
        if (retired) {
            leave();
            return false;
        }
        return true;
    }

    /** Ends a transaction that has begun here. */
    void leave() {
        active.decrementAndGet();
        if (retired) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** From now on no transaction begins here. */
    void retire() {
        retired = true;
    }

    boolean isEmpty() {
        return active.get() == 0;
    }

    /**
     * Blocks until the transactions that have begun have ended, except those that the current thread itself is in. A
     * wait that timed out is not repeated for the same part. An interrupt ends the wait, and the flag stays set.
     *
     * @param part the part that is being removed
     * @param deadline a time of {@link System#nanoTime()}
     * @return whether these transactions have ended, or a wait for the part has timed out before
     */
    boolean awaitEmpty(Object part, long deadline) {
        int own = countOwn();
        synchronized (this) {
            try {
                while (active.get() > own && !timedOutParts.contains(part)) {
                    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (leftMillis <= 0) {
                        timedOutParts.add(part);
                        return false;
                    }
                    wait(leftMillis);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** {@return how many active transactions of this pipeline the current thread is in} */
    private int countOwn() {
        int own = 0;
        for (Call call = CALLS.get(); call != null; call = call.outer()) {
            own += call.pipeline() == this && call.isActive().getAsBoolean() ? 1 : 0;
        }
        return own;
    }

    /**
     * Runs code of a transaction. That code may itself remove a part of this pipeline: the removal does not wait for
     * it.
     */
    void call(Runnable code, BooleanSupplier isActive) {
        Call outer = CALLS.get();
        CALLS.set(new Call(this, isActive, outer));
        try {
            code.run();
        } finally {
            if (outer == null) {
                CALLS.remove();
            } else {
                CALLS.set(outer);
            }
        }
    }

    /** Runs a transaction. A failure of a filter or the handler fails the stage. */
    CompletionStage<List<Object>> run(RequestBatch<Object> batch, BusObservers observers) {
        return runFrom(0, batch, observers);
    }

    /** The same, without the filters before an index. */
    CompletionStage<List<Object>> runFrom(int index, RequestBatch<Object> batch, BusObservers observers) {
        Observed from = ForwardableBatch.observedOf(batch);
        if (index < filters.size()) {
            WhiteboardService<BusFilter<Object, Object>> filter = filters.get(index);
            Observed observed = observers.calling(Role.FILTER, filter.service(), batch, from);
            NextClient next = new NextClient(this, index + 1, batch, observers, observed == null ? from : observed);
            return FilterCall.call(
                    "filter",
                    filter,
                    observed,
                    next.passedOn()::outcome,
                    () -> filter.service().filter(batch, next));
        }
        if (handler != null) {
            return FilterCall.call(
                    "handler",
                    handler,
                    observers.calling(Role.HANDLER, handler.service(), batch, from),
                    failure -> Outcome.UNKNOWN,
                    () -> handler.service().handle(batch));
        }
        try {
            return new ForwardingClient<>(downstream, batch)
                    .sendRequest(batch.requests())
                    .response();
        } catch (InterruptedException e) {
            return FilterCall.failed("interrupted while sending to " + downstream.name(), e);
        }
    }

    @Override
    public String toString() {
        String last = handler != null ? "handler " + handler.describe() : "bus " + downstream.name();
        return filters.isEmpty()
                ? last
                : filters.stream().map(WhiteboardService::describe).collect(Collectors.joining(", ", "filters ", ", "))
                        + last;
    }
}
