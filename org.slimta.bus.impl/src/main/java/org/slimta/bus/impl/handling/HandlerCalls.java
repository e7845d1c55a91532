package org.slimta.bus.impl.handling;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.impl.concurrent.Deadlines;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;

/** The calls of one handler for the requests of one inbox, up to a maximum at once. Thread-safe. */
final class HandlerCalls<Q, R> implements HandlerCall.Owner<Q, R> {

    /** The number of calls of one handler that each thread is in: closing does not wait for its own thread. */
    private final ThreadLocal<Integer> entered = ThreadLocal.withInitial(() -> 0);

    private final Inbox<Q, R> inbox;
    private final RequestHandler<Q, R> handler;
    private final Threads threads;
    private final Workers workers;
    private final Failures failures;
    private final Responder responder;
    private final InboxTaker taker;
    private final Runnable onRequest;
    private final PeriodicCheck check;
    private final Set<HandlerCall<Q, R>> incomplete = ConcurrentHashMap.newKeySet(); // Their stages are.
    private volatile boolean stopped;

    HandlerCalls(
            Supplier<String> busName,
            Logger log,
            Inbox<Q, R> inbox,
            Threads threads,
            RequestHandler<Q, R> handler,
            int maxConcurrent) {
        this.inbox = inbox;
        this.handler = handler;
        this.threads = threads;
        this.workers = threads.newWorkers("slimta-bus-" + busName.get() + "-", maxConcurrent);
        this.taker = new InboxTaker(inbox, workers, () -> maxConcurrent, () -> !stopped, this::handleNext);
        this.onRequest = taker::dispatch;
        this.failures = new Failures(busName);
        this.responder = new Responder(busName, new BoundedLog(log));
        this.check = new PeriodicCheck(threads.timer(), PeriodicCheck.MAX_PAUSE, this::endThoseThatAreOver);
    }

    /** Begins to take requests, those that wait first. */
    void start() {
        inbox.setTaker(onRequest);
        taker.dispatchQueued();
    }

    private void handleNext() {
        Arrival<Q, R> arrival = stopped ? null : inbox.tryTake();
        if (arrival == null) {
            release();
            return;
        }
        entered.set(entered.get() + 1);
        try {
            new HandlerCall<>(this, arrival, handler, responder, failures).start();
        } finally {
            entered.set(entered.get() - 1);
            Thread.interrupted(); // An interrupt was meant for that request, not for the next one of this thread.
        }
    }

    @Override
    public void settled(Arrival<Q, R> arrival) {
        inbox.settled(arrival);
    }

    @Override
    public void watch(HandlerCall<Q, R> call) {
        incomplete.add(call);
        check.wake();
    }

    @Override
    public void ended(HandlerCall<Q, R> call) {
        incomplete.remove(call);
        release();
    }

    private void release() {
        int left = taker.release();
        if (stopped) {
            synchronized (this) {
                notifyAll();
            }
            if (left == 0) {
                check.close();
            }
        }
    }

    /** A stage that is never complete must not count for ever: its client has gone, or waits no more. */
    private long endThoseThatAreOver() {
        threads.execute(() -> incomplete.forEach(call -> PeriodicCheck.safely(call::endIfOver)));
        return incomplete.isEmpty() ? PeriodicCheck.NOT_AGAIN : PeriodicCheck.MAX_PAUSE.toNanos();
    }

    /** Takes no more requests. Calls in progress go on. Does not block. */
    void stop() {
        stopped = true;
        inbox.removeTaker(onRequest);
        workers.close(); // Its threads end after the tasks that were submitted.
    }

    /** Waits until the calls in progress have ended, but for those of this thread. To be called after {@link #stop()}. */
    synchronized void awaitEnd(Duration timeout) {
        long deadline = System.nanoTime() + Deadlines.nanos(timeout);
        int own = entered.get();
        try {
            long left;
            while (taker.running() > own && (left = deadline - System.nanoTime()) > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
