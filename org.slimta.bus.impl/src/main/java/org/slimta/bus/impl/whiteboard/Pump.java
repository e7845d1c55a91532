package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.transaction.Workers;

/**
 * Runs what a bus has taken in through the filters and the handler that there are. When one of them is replaced, what has
 * begun with it comes to its end before it may go, and what has not begun waits in the queue for the next. Thread-safe.
 */
public final class Pump implements AutoCloseable {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Inbox<Object, Object> inbox;
    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Threads threads;
    private final Workers workers;
    private final Failures failures;
    private final Runnable onChange;
    private final Meter meter = new Meter();
    private final BoundedLog log = new BoundedLog(Pump.class);
    private final Runnable refresh = this::refresh;
    private final Runnable taker = this::taken;
    private final AtomicInteger handling = new AtomicInteger();
    private final Set<Run> later = ConcurrentHashMap.newKeySet();
    private final Set<Line> retired = ConcurrentHashMap.newKeySet();
    private final Object changing = new Object();
    private volatile Plan plan;
    private volatile Line line;
    private volatile Lack lack;
    private volatile long lackingSince = System.nanoTime();
    private volatile boolean closed;

    /**
     * A pump that does not run yet.
     *
     * @param plan what is wanted
     * @param inbox where transactions come from
     * @param whiteboard what there is
     * @param codecs what objects are read and written with
     * @param threads for deadlines
     * @param onChange what is called after something that it needs has come or gone; must not block
     */
    public Pump(
            Plan plan,
            Inbox<Object, Object> inbox,
            Whiteboard whiteboard,
            Codecs codecs,
            Threads threads,
            Runnable onChange) {
        this.plan = plan;
        this.inbox = inbox;
        this.whiteboard = whiteboard;
        this.codecs = codecs;
        this.threads = threads;
        this.onChange = onChange;
        this.workers = threads.newWorkers("slimta-bus-" + plan.name() + "-", plan.maxHandling());
        this.failures = new Failures(() -> this.plan.name());
    }

    /** Begins. */
    public void start() {
        whiteboard.handlers().addListener(refresh);
        whiteboard.filters().addListener(refresh);
        codecs.addListener(refresh);
        inbox.setTaker(taker);
        refresh();
        lookLater();
    }

    /**
     * Goes on with another plan, for the same inbox.
     *
     * @param newPlan what is wanted
     */
    public void replan(Plan newPlan) {
        plan = newPlan;
        workers.setMost(newPlan.maxHandling());
        refresh();
        takeAll();
    }

    /**
     * Something has come or gone. What goes is held up until nothing runs through it, at most for the drain time; what comes
     * is not.
     */
    public void refresh() {
        if (change()) {
            takeAll();
            onChange.run();
        }
        awaitLeaving();
    }

    private boolean change() {
        synchronized (changing) {
            LineBuilder builder = new LineBuilder(plan, whiteboard, codecs);
            Line now = closed ? null : builder.build();
            Line before = line;
            if (now != null && now.isSameAs(before)) {
                return false;
            }
            if (now == null && before != null) {
                lackingSince = System.nanoTime();
            }
            lack = builder.lack();
            line = now;
            if (before != null) {
                before.retire();
                retired.add(before);
            }
            return true;
        }
    }

    private void takeAll() {
        for (int i = inbox.size(); i > 0; i--) {
            taken();
        }
    }

    /** What came to an end long ago may still have transactions on it when a part of it goes. */
    private void awaitLeaving() {
        long deadline = System.nanoTime() + plan.drainTimeout().toNanos();
        for (Line each : retired) {
            if (isLeaving(each) && !each.awaitEmpty(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                log.warn(
                        "bus " + plan.name() + ": transactions still run through " + each + " after "
                                + plan.drainTimeout().toMillis() + " ms (drainTimeout), while a part of it goes",
                        null);
            }
        }
        retired.removeIf(Line::isEmpty);
    }

    private boolean isLeaving(Line parts) {
        Plan now = plan;
        boolean stays = !closed
                && (parts.handler() == null || whiteboard.handlers().contains(parts.handler()))
                && parts.filters().stream().allMatch(whiteboard.filters()::contains)
                && (parts.behind() == null || now.behind() == null || now.behind().get() == parts.behind())
                && (parts.codecs() == null
                        || codecs.named(now.requestType()).contains(parts.codecs().request())
                                && codecs.named(now.responseType()).contains(parts.codecs().response()));
        return !stays;
    }

    /**
     * What is missing.
     *
     * @return why nothing runs now, or null if it does
     */
    public Lack lack() {
        return line == null ? lack : null;
    }

    /**
     * Writes down what transactions run through.
     *
     * @param bus where to
     */
    public void report(BusDTO bus) {
        Line now = line;
        if (now != null) {
            bus.handler = now.handler() == null ? -1 : now.handler().id();
            bus.filters = now.filters().stream().mapToLong(Posting::id).toArray();
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
        if (line == null) {
            return;
        }
        int now = handling.get();
        while (now < plan.maxHandling()) {
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
        Line now = line;
        while (now != null && !now.enter()) {
            now = line;
        }
        Arrival<Object, Object> arrival = now == null ? null : inbox.tryTake();
        if (arrival == null) {
            if (now != null) {
                now.leave();
            }
            released();
            return;
        }
        new Run(now, arrival).begin();
    }

    private ServerTransaction<Object, Object> open(Line through, Arrival<Object, Object> arrival) {
        try {
            return arrival.open(through.codecs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            arrival.abandon(failures.of(Reason.CLOSED, "interrupted while a request was read"));
        } catch (RuntimeException | Error e) {
            arrival.refuse(failures.of(Reason.CODEC, "a request could not be read: " + e));
        }
        return null;
    }

    private void lookLater() {
        if (!closed) {
            long shortest = Math.min(plan.handlerTimeout().toMillis(), plan.codecTimeout().toMillis());
            Duration pause = Duration.ofMillis(Math.max(10, Math.min(LONGEST_PAUSE.toMillis(), shortest / 4)));
            threads.after(pause, () -> threads.execute(this::look));
        }
    }

    /** Ends what waits for too long, and lets go of what has ended without an answer. */
    private void look() {
        try {
            later.forEach(Run::endIfOver);
            retired.removeIf(Line::isEmpty);
            Lack missing = lack();
            if (missing != null && !plan.isReceivedFrom().getAsBoolean()) {
                refuse(missing);
            }
        } finally {
            lookLater();
        }
    }

    private void refuse(Lack missing) {
        boolean codec = missing.what() == Lack.What.CODEC;
        Duration timeout = codec ? plan.codecTimeout() : plan.handlerTimeout();
        long latest = System.nanoTime() - timeout.toNanos();
        if (lackingSince - latest > 0) {
            return;
        }
        Arrival<Object, Object> arrival;
        while (lack() != null && (arrival = inbox.tryTakeIfBefore(latest)) != null) {
            arrival.refuse(failures.of(
                    missing.reason(),
                    missing.message() + "; waited " + timeout.toMillis() + " ms ("
                            + (codec ? "codecTimeout" : "handlerTimeout") + ")"));
            inbox.settled(arrival);
        }
    }

    /** Lets what has begun come to its end, at most for the drain time; begins nothing more. */
    @Override
    public void close() {
        closed = true;
        inbox.removeTaker(taker);
        whiteboard.handlers().removeListener(refresh);
        whiteboard.filters().removeListener(refresh);
        codecs.removeListener(refresh);
        refresh();
        workers.close();
    }

    /** One transaction on its way. */
    private final class Run {

        private final Line through;
        private final Arrival<Object, Object> arrival;
        private final AtomicBoolean ended = new AtomicBoolean();

        Run(Line through, Arrival<Object, Object> arrival) {
            this.through = through;
            this.arrival = arrival;
        }

        void begin() {
            ServerTransaction<Object, Object> transaction = open(through, arrival);
            if (transaction == null) {
                if (arrival.isOver()) {
                    inbox.settled(arrival);
                }
                end();
                return;
            }
            CompletionStage<List<Object>> stage;
            try {
                stage = through.run(transaction);
            } catch (RuntimeException | Error e) {
                stage = CompletableFuture.failedFuture(e);
            }
            if (stage instanceof CompletableFuture<List<Object>> future && !future.isDone()) {
                later.add(this);
            }
            stage.whenComplete((responses, failure) -> {
                try {
                    if (failure == null) {
                        answer(transaction, responses);
                    } else {
                        fail(transaction, failure);
                    }
                } finally {
                    end();
                }
            });
        }

        private void answer(ServerTransaction<Object, Object> transaction, List<Object> responses) {
            try {
                meter.answered(arrival.arrived());
                transaction.sendResponse(responses);
            } catch (BusException e) {
                meter.failedAfterAll(e.reason());
                if (e.reason() == Reason.MISMATCH) {
                    transaction.fail(
                            Reason.MISMATCH,
                            through + " gave " + responses.size() + " responses to " + transaction.requests().size()
                                    + " requests; there must be one for each");
                } else if (e.reason() != Reason.CLOSED) {
                    log.warn(e.getMessage(), null);
                }
            } catch (RuntimeException e) {
                meter.failedAfterAll(Reason.HANDLER);
                String what = e instanceof NullPointerException ? " gave null as a response, or as all of them" : " failed: " + e;
                failIfOpen(transaction, through + what);
            }
        }

        /** It may have been answered before that went wrong. */
        private void failIfOpen(ServerTransaction<Object, Object> transaction, String what) {
            try {
                transaction.fail(Reason.HANDLER, what);
            } catch (IllegalStateException e) {
                log.warn("bus " + plan.name() + ": " + what, e);
            }
        }

        private void fail(ServerTransaction<Object, Object> transaction, Throwable failure) {
            meter.failed(failure instanceof BusException known ? known.reason() : Reason.HANDLER);
            if (failure instanceof BusException known) {
                if (known.getCause() != null) {
                    log.warn("bus " + plan.name() + ": " + known.getMessage(), known.getCause());
                }
                transaction.fail(known.reason(), known.getMessage());
            } else {
                transaction.fail(Reason.HANDLER, through + " failed: " + failure);
            }
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                later.remove(this);
                through.leave();
                released();
            }
        }

        /** Its client is gone, or its time is over: whatever still works on it takes no room any more. */
        void endIfOver() {
            if (arrival.isOver()) {
                end();
            }
        }
    }
}
