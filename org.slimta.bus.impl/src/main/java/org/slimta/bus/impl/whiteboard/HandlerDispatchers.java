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
 * The pumps of one provider. When a part comes or goes all of them are told, and then what goes is held up until nothing runs
 * through it: on all buses at the same time, on each for its drainTimeout at most. Nothing that has begun is waited for by
 * the very thread that runs it. Thread-safe.
 */
public final class HandlerDispatchers implements AutoCloseable {

    /**
     * How long Configuration Admin is held up, whose one thread all other bundles wait for. Most transactions are over by then;
     * the others go on with a part that its owner may have closed.
     */
    private static final Duration BRIEFLY = Duration.ofMillis(250);

    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Threads threads;
    private final Set<HandlerDispatcher> pumps = ConcurrentHashMap.newKeySet();
    private final Runnable onChange = this::refresh;
    private final Runnable onCodecs = this::refreshCodecs;
    private final BoundedLog log = new BoundedLog(HandlerDispatchers.class);

    /**
     * No pumps yet.
     *
     * @param whiteboard the handlers and filters
     * @param codecs what objects are read and written with
     * @param threads for deadlines, and to run transactions
     */
    public HandlerDispatchers(Whiteboard whiteboard, Codecs codecs, Threads threads) {
        this.whiteboard = whiteboard;
        this.codecs = codecs;
        this.threads = threads;
        whiteboard.handlers().addListener(onChange);
        whiteboard.handlers().whenLeaving(this::awaitLeft);
        whiteboard.filters().addListener(onChange);
        whiteboard.filters().whenLeaving(this::awaitLeft);
        codecs.addListener(onCodecs);
    }

    void add(HandlerDispatcher pump) {
        pumps.add(pump);
    }

    void remove(HandlerDispatcher pump) {
        pumps.remove(pump);
    }

    Threads threads() {
        return threads;
    }

    CurrentPipeline newLines(PipelineSpec plan) {
        return new CurrentPipeline(plan, whiteboard, codecs);
    }

    private void refresh() {
        for (HandlerDispatcher pump : pumps) {
            try {
                pump.refresh();
            } catch (RuntimeException e) {
                log.failed("bus " + pump.name() + " failed to look for its handler, filters and codecs", e);
            }
        }
    }

    /** A codec has come, or is about to leave. */
    private void refreshCodecs() {
        refresh();
        awaitEmpty(codecs, line -> !line.hasCodecsOf(codecs), ConfigurationCallback.isRunning());
    }

    /** A handler or a filter goes. Its bundle's classes must not go under what runs in them; a component alone may be less lucky. */
    private void awaitLeft(ServiceReference<?> part) {
        Bundle bundle = part.getBundle();
        boolean bundleStays = bundle != null && bundle.getState() == Bundle.ACTIVE;
        awaitEmpty(part, line -> line.contains(part), bundleStays && ConfigurationCallback.isRunning());
    }

    /**
     * A bus behind others goes: waits until nothing that has begun is still to be sent to it, on each bus for its drainTimeout
     * at most.
     *
     * @param behind the end that is sent to, not to be found any more
     */
    public void awaitLeft(BusClient<Object, Object> behind) {
        awaitEmpty(behind, line -> line.behind() == behind, false);
    }

    private void awaitEmpty(Object part, Predicate<Pipeline> isLeaving, boolean briefly) {
        long start = System.nanoTime();
        for (HandlerDispatcher pump : pumps) {
            if (briefly) {
                pump.awaitEmpty(new Object(), isLeaving, start + BRIEFLY.toNanos());
            } else if (!pump.awaitEmpty(part, isLeaving, start + pump.drainTimeout().toNanos())) {
                log.warn(
                        "bus " + pump.name() + ": transactions still run after " + pump.drainTimeout().toMillis()
                                + " ms (drainTimeout) through what goes now",
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
