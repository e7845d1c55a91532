package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * The dispatchers of one provider. When a handler, a filter or a codec is added or removed, all of them are notified. A
 * part that is being removed then waits until no transaction runs through it: on all buses at the same time, on each
 * for at most its drainTimeout. A thread never waits for a transaction that it is running itself. Thread-safe.
 */
public final class HandlerDispatchers implements AutoCloseable {

    /**
     * The longest wait on the one thread of Configuration Admin, which all other bundles depend on. Most transactions
     * end within that time; the others go on with a part that its owner may have closed.
     */
    private static final Duration LONGEST_CONFIGURATION_WAIT = Duration.ofMillis(250);

    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Threads threads;
    private final Set<HandlerDispatcher> dispatchers = ConcurrentHashMap.newKeySet();
    private final Runnable onChange = this::refresh;
    private final Runnable onCodecs = this::refreshCodecs;
    private final BoundedLog log = new BoundedLog(HandlerDispatchers.class);

    /**
     * Starts to listen for changes.
     *
     * @param whiteboard the handlers and filters, not null
     * @param codecs the codecs, not null
     * @param threads for deadlines, and to run transactions, not null
     */
    public HandlerDispatchers(Whiteboard whiteboard, Codecs codecs, Threads threads) {
        this.whiteboard = whiteboard;
        this.codecs = codecs;
        this.threads = threads;
        whiteboard.handlers().addListener(onChange);
        whiteboard.handlers().setLeavingListener(this::awaitUnused);
        whiteboard.filters().addListener(onChange);
        whiteboard.filters().setLeavingListener(this::awaitUnused);
        codecs.addListener(onCodecs);
    }

    void add(HandlerDispatcher dispatcher) {
        dispatchers.add(dispatcher);
    }

    void remove(HandlerDispatcher dispatcher) {
        dispatchers.remove(dispatcher);
    }

    Threads threads() {
        return threads;
    }

    CurrentPipeline newPipeline(PipelineSpec spec) {
        return new CurrentPipeline(spec, whiteboard, codecs);
    }

    private void refresh() {
        for (HandlerDispatcher dispatcher : dispatchers) {
            try {
                dispatcher.refresh();
            } catch (RuntimeException e) {
                log.failed("bus " + dispatcher.name() + ": cannot resolve its handler, filters and codecs", e);
            }
        }
    }

    /** A codec was added, or is about to be removed. */
    private void refreshCodecs() {
        refresh();
        awaitEmpty(codecs, pipeline -> !pipeline.hasCodecsOf(codecs), ConfigurationCallback.isRunning());
    }

    /**
     * A handler or a filter is being removed. If its bundle stops, transactions must not lose the classes that they run
     * in, so the whole wait is worth it. If only a component goes, on the thread of Configuration Admin, the wait is
     * short.
     */
    private void awaitUnused(ServiceReference<?> part) {
        Bundle bundle = part.getBundle();
        boolean bundleStays = bundle != null && bundle.getState() == Bundle.ACTIVE;
        awaitEmpty(part, pipeline -> pipeline.contains(part), bundleStays && ConfigurationCallback.isRunning());
    }

    /**
     * Blocks until no transaction that has begun is still to be sent to a bus that is being removed, on each bus for at
     * most its drainTimeout.
     *
     * @param downstream the client of that bus, which no new transaction finds any more
     */
    public void awaitUnused(BusClient<Object, Object> downstream) {
        awaitEmpty(downstream, pipeline -> pipeline.downstream() == downstream, false);
    }

    private void awaitEmpty(Object part, Predicate<Pipeline> isLeaving, boolean briefly) {
        long start = System.nanoTime();
        for (HandlerDispatcher dispatcher : dispatchers) {
            if (briefly) {
                // A key of its own: this short wait must not make a later wait for the part return at once.
                dispatcher.awaitEmpty(new Object(), isLeaving, start + LONGEST_CONFIGURATION_WAIT.toNanos());
            } else if (!dispatcher.awaitEmpty(
                    part, isLeaving, start + dispatcher.drainTimeout().toNanos())) {
                log.warn(
                        "bus " + dispatcher.name() + ": a handler, filter, codec or target bus is removed while"
                                + " transactions still run through it, after "
                                + dispatcher.drainTimeout().toMillis()
                                + " ms (drainTimeout)",
                        null);
            }
        }
    }

    @Override
    public void close() {
        whiteboard.handlers().removeListener(onChange);
        whiteboard.filters().removeListener(onChange);
        codecs.removeListener(onCodecs);
    }
}
