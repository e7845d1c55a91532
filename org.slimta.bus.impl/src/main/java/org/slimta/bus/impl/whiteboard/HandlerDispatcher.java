package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.proxy.Responder;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * Runs what a bus has taken in through the filters and the handler that there are. When one of them is replaced, what has
 * begun with it comes to its end before it may go, and what has not begun waits in the queue for the next. Thread-safe.
 */
public final class HandlerDispatcher {

    private enum State {
        NEW,
        RUNNING,
        STOPPED
    }

    private final Inbox<Object, Object> inbox;
    private final HandlerDispatchers pumps;
    private final CurrentPipeline lines;
    private final Workers workers;
    private final Failures failures;
    private final Responder responder;
    private final Runnable onChange;
    private final Meter meter = new Meter();
    private final Runnable taker = this::taken;
    private final PeriodicCheck check;
    private final AtomicInteger handling = new AtomicInteger();
    private final Set<HandlerRun> later = ConcurrentHashMap.newKeySet();
    private volatile State state = State.NEW;

    /**
     * A pump that does not run yet.
     *
     * @param plan what is wanted
     * @param inbox where transactions come from
     * @param pumps those of the same provider
     * @param onChange what is called after something that it needs has come or gone; must not block
     */
    public HandlerDispatcher(PipelineSpec plan, Inbox<Object, Object> inbox, HandlerDispatchers pumps, Runnable onChange) {
        this.inbox = inbox;
        this.pumps = pumps;
        this.lines = pumps.newLines(plan);
        this.onChange = onChange;
        this.workers = pumps.threads().newWorkers("slimta-bus-" + plan.name() + "-", plan.maxConcurrentHandlers());
        this.failures = new Failures(this::name);
        this.responder = new Responder(this::name, new BoundedLog(HandlerDispatcher.class));
        this.check = new PeriodicCheck(pumps.threads().timer(), PeriodicCheck.LONGEST_PAUSE, this::checkElsewhere);
    }

    /** Begins. Loads classes, which may block. */
    public void start() {
        synchronized (this) {
            if (state != State.NEW) {
                return;
            }
            state = State.RUNNING;
            pumps.add(this);
            inbox.setTaker(taker);
        }
        refresh();
        check.wakeAt(pumps.threads().now() + pause());
    }

    String name() {
        return plan().name();
    }

    private PipelineSpec plan() {
        return lines.plan();
    }

    Duration drainTimeout() {
        return plan().drainTimeout();
    }

    /**
     * Goes on with another plan, for the same inbox.
     *
     * @param newPlan what is wanted
     */
    public void replan(PipelineSpec newPlan) {
        lines.setPlan(newPlan);
        workers.setMost(newPlan.maxConcurrentHandlers());
        refresh();
        takeAll();
    }

    /** Something may have come or gone. Nothing begins any more through what has gone; what has begun is not waited for. */
    public void refresh() {
        if (lines.refresh()) {
            takeAll();
            onChange.run();
        }
    }

    private void takeAll() {
        for (int i = inbox.size(); i > 0; i--) {
            taken();
        }
    }

    boolean awaitEmpty(Object part, Predicate<Pipeline> isLeaving, long deadline) {
        return lines.awaitEmpty(part, isLeaving, deadline);
    }

    /**
     * What is missing.
     *
     * @return why nothing runs now, or null if it does
     */
    public MissingDependency lack() {
        return lines.lack();
    }

    /**
     * Writes down what transactions run through.
     *
     * @param bus where to
     */
    public void report(BusDTO bus) {
        Pipeline now = lines.line();
        if (now != null) {
            bus.handler = now.handler() == null ? -1 : now.handler().id();
            bus.filters = now.filters().stream().mapToLong(WhiteboardService::id).toArray();
        }
    }

    /**
     * Writes down how those fared that ran through.
     *
     * @param bus where to
     */
    public void reportRuns(BusDTO bus) {
        bus.inFlight = handling.get();
        meter.report(bus);
    }

    /** One more can be begun, if there is room. */
    private void taken() {
        if (lines.line() == null) {
            return;
        }
        int now = handling.get();
        while (now < plan().maxConcurrentHandlers()) {
            if (handling.compareAndSet(now, now + 1)) {
                workers.execute(this::next);
                return;
            }
            now = handling.get();
        }
    }

    /** One has ended. */
    private void released() {
        handling.decrementAndGet();
        if (inbox.isEmpty()) {
            inbox.rest();
        } else {
            taken();
        }
    }

    private void next() {
        Pipeline now = lines.line();
        while (now != null && !now.enter()) {
            now = lines.line();
        }
        Arrival<Object, Object> arrival = now == null ? null : inbox.tryTake();
        if (arrival == null) {
            if (now != null) {
                now.leave();
            }
            released();
            return;
        }
        try {
            new HandlerRun(this, now, arrival).begin();
        } finally {
            Thread.interrupted(); // Whoever has set the flag of this thread has meant that transaction, not the next one.
        }
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

    /** It was over when it was opened. */
    void settled(Arrival<Object, Object> arrival) {
        inbox.settled(arrival);
    }

    /** It goes on after its thread. */
    void goesOn(HandlerRun run) {
        later.add(run);
    }

    void ended(HandlerRun run) {
        later.remove(run);
        released();
    }

    private long pause() {
        return PeriodicCheck.pause(plan().missingHandlerTimeout(), plan().missingCodecTimeout());
    }

    private long checkElsewhere() {
        pumps.threads().execute(() -> {
            try {
                check();
            } finally {
                if (state == State.STOPPED && lines.areEmpty()) {
                    pumps.remove(this);
                } else {
                    check.wakeAt(pumps.threads().now() + pause());
                }
            }
        });
        return PeriodicCheck.NOT_AGAIN; // Not before this one has come to its end.
    }

    /** Ends what waits for too long, and lets go of what has ended without an answer. */
    private void check() {
        later.forEach(run -> PeriodicCheck.safely(run::endIfOver));
        lines.areEmpty();
        MissingDependency missing = lack();
        if (missing != null && state == State.RUNNING && !plan().isReceivedFrom().getAsBoolean()) {
            refuse(missing);
        }
    }

    private void refuse(MissingDependency missing) {
        boolean codec = missing.what() == MissingDependency.What.CODEC;
        Duration timeout = codec ? plan().missingCodecTimeout() : plan().missingHandlerTimeout();
        long latest = System.nanoTime() - timeout.toNanos();
        if (lines.lackingSince() - latest > 0) {
            return;
        }
        Arrival<Object, Object> arrival;
        while (lack() != null && (arrival = inbox.tryTakeIfBefore(latest)) != null) {
            arrival.refuse(failures.of(
                    missing.reason(),
                    missing.message() + "; waited " + timeout.toMillis() + " ms ("
                            + (codec ? "missingCodecTimeout" : "missingHandlerTimeout") + ")"));
            inbox.settled(arrival);
        }
    }

    /** Begins nothing more. What has begun goes on, and still holds up the parts that it runs through. Does not block. */
    public void stop() {
        synchronized (this) {
            state = State.STOPPED;
            inbox.removeTaker(taker);
        }
        lines.close();
        workers.close(); // They end after what is left to do.
    }

    /**
     * Lets what has begun come to its end.
     *
     * @param deadline at most until then, a time of {@link System#nanoTime()}
     */
    public void awaitEnd(long deadline) {
        lines.awaitEmpty(this, line -> true, deadline);
    }
}
