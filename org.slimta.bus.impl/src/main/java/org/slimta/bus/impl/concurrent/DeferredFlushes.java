package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * Actions that are better done once for many tasks, such as writing to a connection. A thread that runs short tasks in
 * succession does them after some tasks, or when it has no more. In any case the timer does them after 2 ms, whatever
 * the thread is doing. Thread-safe.
 */
final class DeferredFlushes {

    private static final Duration INTERVAL = Duration.ofMillis(2);

    /** After this many deferred actions a thread does them. */
    private static final int MAX_DEFERRED = 32;

    /** A task that takes at most this long counts as short; its actions are deferred. */
    private static final long SHORT_TASK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final BoundedLog LOG = new BoundedLog(DeferredFlushes.class);

    private final Timer timer;
    private final PeriodicCheck check;
    private final Queue<Runnable> dueSoon = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Batch> batches = new ThreadLocal<>(); // Set only on threads of this provider.
    private volatile int rounds;

    /**
     * Creates an instance without actions.
     *
     * @param timer does what was deferred for too long
     */
    DeferredFlushes(Timer timer) {
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
    }

    /** Creates the batch of the current thread. To be called once on each thread that runs tasks. */
    Batch newBatch() {
        Batch batch = new Batch();
        batches.set(batch);
        return batch;
    }

    /** Returns whether the current thread runs tasks. */
    boolean isWorker() {
        return batches.get() != null;
    }

    /**
     * Defers an action, if the current thread runs short tasks.
     *
     * @param action the action; must not block
     * @return whether the action will be done
     */
    boolean defer(Runnable action) {
        Batch batch = batches.get();
        return batch != null && batch.defer(action);
    }

    /**
     * Does an action within 2 ms, on any thread.
     *
     * @param action the action; must not block
     */
    void runSoon(Runnable action) {
        dueSoon.add(action);
        check.wake();
    }

    private long check() {
        rounds++; // Only here, by one thread at a time. What is deferred from now on must be passed to runSoon() again.
        doAll();
        return dueSoon.isEmpty() ? PeriodicCheck.NOT_AGAIN : INTERVAL.toNanos();
    }

    private void doAll() {
        Runnable action;
        for (int i = dueSoon.size(); i > 0 && (action = dueSoon.poll()) != null; i--) {
            runSafely(action);
        }
    }

    /** Does now what is due soon; from then on, actions are done only by the threads themselves. */
    void close() {
        check.close();
        doAll();
    }

    /** A deferred action that throws must not end a thread that others wait for. */
    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            LOG.failed("A deferred action failed", e);
        }
    }

    /** What one thread has deferred. Used only by that thread. */
    final class Batch {

        private final List<Runnable> actions = new ArrayList<>();
        private int count;
        private int round;
        private long taskStart;

        /** A task begins. */
        void begin(long now) {
            taskStart = now;
        }

        /** A task has ended. */
        void end() {
            if (count >= MAX_DEFERRED) {
                flush();
            }
        }

        private boolean defer(Runnable action) {
            count++;
            if (timer.now() - taskStart > SHORT_TASK_NANOS) {
                return false;
            }
            boolean known = !actions.isEmpty() && actions.contains(action);
            if (!known) {
                actions.add(action);
            }
            if (!known || rounds != round) {
                round = rounds;
                runSoon(action);
            }
            return true;
        }

        /** Does what was deferred. */
        void flush() {
            count = 0;
            actions.forEach(DeferredFlushes::runSafely);
            actions.clear();
        }
    }
}
