package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.handling.InboxTaker;
import org.slimta.bus.impl.handling.Responder;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.status.Period;
import org.slimta.bus.impl.status.TransactionHealth;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * Runs the transactions in the inbox of a bus through the current filters and handler. When one of these is replaced,
 * transactions that have begun with it end before it may leave, and those that have not begun wait in the queue for its
 * successor. Thread-safe.
 */
public final class HandlerDispatcher {

    /**
     * That a client has gone, or has cancelled, is no fault of the filters. If it is the other bus that has gone, its
     * client says so.
     */
    private static final Set<Reason> FAULTS =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Reason.CLOSED, Reason.CANCELLED)));

    private enum State {
        /** Not started: nothing is taken from the inbox. */
        NEW,
        /** Takes transactions from the inbox whenever there is a pipeline. */
        RUNNING,
        /** Begins no transaction any more. Those that have begun may still run. Final. */
        STOPPED
    }

    private final Inbox<Object, Object> inbox;
    private final HandlerDispatchers dispatchers;
    private final CurrentPipeline current;
    private final Workers workers;
    private final Failures failures;
    private final Responder responder;
    private final Runnable onChange;
    private final Meter meter = new Meter(FAULTS);
    private final TransactionHealth health; // Null for the handlers of a server, which has one itself.
    private final InboxTaker taker;
    private final Runnable onRequest;
    private final PeriodicCheck check;
    private final Set<HandlerRun> asynchronousRuns = ConcurrentHashMap.newKeySet();
    private volatile BusObservers observers = BusObservers.NONE;
    private volatile State state = State.NEW;

    /**
     * Creates a dispatcher that is not started.
     *
     * @param spec what transactions run through, not null
     * @param inbox where transactions come from, not null
     * @param dispatchers those of the same provider, not null
     * @param onChange called after a part of the pipeline was added or removed, not null; must not block
     */
    public HandlerDispatcher(
            PipelineSpec spec, Inbox<Object, Object> inbox, HandlerDispatchers dispatchers, Runnable onChange) {
        this.inbox = inbox;
        this.dispatchers = dispatchers;
        this.current = dispatchers.newPipeline(spec);
        this.onChange = onChange;
        this.workers =
                dispatchers.threads().newWorkers("slimta-bus-" + spec.name() + "-", spec.maxConcurrentHandlers());
        this.taker = new InboxTaker(
                inbox, workers, () -> spec().maxConcurrentHandlers(), () -> current.pipeline() != null, this::runNext);
        this.onRequest = taker::dispatch;
        this.failures = new Failures(this::name);
        Logger log = BusLog.of(String.valueOf(spec.properties().get(BusConstants.BUS_KIND)), spec.name());
        this.health = spec.downstream() == null ? null : new TransactionHealth(this::name, log);
        this.responder = new Responder(this::name, new BoundedLog(log));
        this.check =
                new PeriodicCheck(dispatchers.threads().timer(), PeriodicCheck.MAX_PAUSE, this::scheduleCheckTimeouts);
    }

    /**
     * Starts to take transactions from the inbox. Does nothing if it was started before. Loads classes, which may
     * block.
     */
    public void start() {
        synchronized (this) {
            if (state != State.NEW) {
                return;
            }
            state = State.RUNNING;
            dispatchers.add(this);
            inbox.setTaker(onRequest);
        }
        refresh();
        check.wakeAt(dispatchers.threads().now() + checkPauseNanos());
    }

    String name() {
        return spec().name();
    }

    private PipelineSpec spec() {
        return current.spec();
    }

    Duration drainTimeout() {
        return spec().drainTimeout();
    }

    /**
     * Continues with another specification for the same inbox. Loads classes, which may block.
     *
     * @param newSpec what transactions run through from now on, not null
     */
    public void reconfigure(PipelineSpec newSpec) {
        current.setSpec(newSpec);
        workers.setMaxThreads(newSpec.maxConcurrentHandlers());
        refresh();
        taker.dispatchQueued();
    }

    /**
     * Resolves the pipeline again, after a part may have been added or removed. No transaction begins with a removed
     * part any more; those that have begun are not waited for. Loads classes, which may block.
     */
    public void refresh() {
        if (current.refresh()) {
            taker.dispatchQueued();
            onChange.run();
        }
    }

    boolean awaitEmpty(Object part, Predicate<Pipeline> isLeaving, long deadline) {
        return current.awaitEmpty(part, isLeaving, deadline);
    }

    /** {@return why no transaction can run now, or null if transactions run} */
    public MissingDependency missing() {
        return current.missing();
    }

    /**
     * Reports the handler and the filters that transactions run through. Does not block.
     *
     * @param bus where to write them, not null
     */
    public void report(BusDTO bus) {
        Pipeline pipeline = current.pipeline();
        if (pipeline != null) {
            bus.handler = pipeline.handler() == null ? -1 : pipeline.handler().id();
            bus.filters =
                    pipeline.filters().stream().mapToLong(WhiteboardService::id).toArray();
        }
    }

    /**
     * Reports how many transactions run, and how those before have ended. Does not block.
     *
     * @param bus where to write the statistics, not null
     */
    public void reportStatistics(BusDTO bus) {
        bus.inFlight = taker.running();
        meter.report(bus);
        if (health != null) {
            health.report(bus);
        }
    }

    /** Begins the next period of the statistics. */
    public void advance() {
        Period period = meter.advance();
        if (health != null) {
            health.advance(period);
        }
    }

    private void runNext() {
        Pipeline pipeline = current.pipeline();
        while (pipeline != null && !pipeline.enter()) {
            pipeline = current.pipeline();
        }
        Arrival<Object, Object> arrival = pipeline == null ? null : inbox.tryTake();
        if (arrival == null) {
            if (pipeline != null) {
                pipeline.leave();
            }
            taker.release();
            return;
        }
        try {
            new HandlerRun(this, pipeline, arrival).start();
        } finally {
            Thread.interrupted(); // An interrupt was meant for that transaction, not for the next one of this thread.
        }
    }

    /** {@return the observers of this bus, which belong to the provider that opened the bus of a request} */
    BusObservers observers(Arrival<Object, Object> arrival) {
        BusObservers ofArrival = arrival.observers();
        if (ofArrival.isEmpty()) {
            return BusObservers.NONE;
        }
        BusObservers own = observers;
        if (!own.isLike(ofArrival, spec().properties())) {
            own = ofArrival.with(spec().properties());
            observers = own;
        }
        return own;
    }

    Failures failures() {
        return failures;
    }

    Responder responder() {
        return responder;
    }

    Meter meter() {
        return meter;
    }

    /** Counts a transaction that has failed. */
    void failed(Reason reason, Outcome outcome, String message) {
        meter.failed(reason, outcome, message);
        noteFailure(reason, message);
    }

    /** Counts a transaction as failed that was counted as answered. */
    void failedAfterAll(BusException failure) {
        meter.failedAfterAll(failure);
        noteFailure(failure.reason(), failure.getMessage());
    }

    private void noteFailure(Reason reason, String message) {
        if (health != null && FAULTS.contains(reason)) {
            health.failed(reason, message);
        }
    }

    /** Reports a transaction to the inbox that was over when it was opened. */
    void settled(Arrival<Object, Object> arrival) {
        inbox.settled(arrival);
    }

    /** Watches a run whose stage was not complete when its thread returned. */
    void watch(HandlerRun run) {
        asynchronousRuns.add(run);
    }

    void ended(HandlerRun run) {
        asynchronousRuns.remove(run);
        taker.release();
    }

    private long checkPauseNanos() {
        return PeriodicCheck.pause(spec().missingHandlerTimeout(), spec().missingCodecTimeout());
    }

    /** Checks on a worker, since refusing a transaction may take too long for the timer. */
    private long scheduleCheckTimeouts() {
        dispatchers.threads().execute(() -> {
            try {
                checkTimeouts();
            } finally {
                if (state == State.STOPPED && current.removeDrained()) {
                    dispatchers.remove(this);
                } else {
                    check.wakeAt(dispatchers.threads().now() + checkPauseNanos());
                }
            }
        });
        return PeriodicCheck.NOT_AGAIN; // The worker schedules the next check, so that no two overlap.
    }

    /** Releases transactions that have ended without a response, and refuses those that have waited for too long. */
    private void checkTimeouts() {
        asynchronousRuns.forEach(run -> PeriodicCheck.safely(run::endIfOver));
        current.removeDrained();
        MissingDependency missing = missing();
        if (missing != null
                && state == State.RUNNING
                && !spec().hasOtherReceiver().getAsBoolean()) {
            refuseOverdue(missing);
        }
    }

    private void refuseOverdue(MissingDependency missing) {
        boolean codec = missing.what() == MissingDependency.What.CODEC;
        Duration timeout = codec ? spec().missingCodecTimeout() : spec().missingHandlerTimeout();
        long latest = System.nanoTime() - timeout.toNanos();
        if (current.missingSince() - latest > 0) {
            return;
        }
        Arrival<Object, Object> arrival;
        while (missing() != null && (arrival = inbox.tryTakeIfBefore(latest)) != null) {
            arrival.refuse(failures.of(
                    missing.reason(),
                    missing.message() + "; waited " + timeout.toMillis() + " ms ("
                            + (codec ? "missingCodecTimeout" : "missingHandlerTimeout") + ")"));
            inbox.settled(arrival);
        }
    }

    /**
     * Begins no transaction any more. Those that have begun go on; the parts that they run through still wait for them
     * before they leave. Does not block.
     */
    public void stop() {
        synchronized (this) {
            state = State.STOPPED;
            inbox.removeTaker(onRequest);
        }
        current.close();
        workers.close(); // The threads end after the tasks that were submitted.
    }

    /**
     * Blocks until the transactions that have begun have ended.
     *
     * @param deadline when to give up at the latest, a time of {@link System#nanoTime()}
     */
    public void awaitEnd(long deadline) {
        current.awaitEmpty(this, pipeline -> true, deadline);
    }
}
