package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * Actions that are better done once for many tasks, such as writing to a connection: a thread that runs short tasks one after
 * the other does them when it has run some, or has no more. Whatever the thread does meanwhile, 2 ms later they are done on the
 * timer. Thread-safe.
 */
final class DeferredFlushes {

    private static final Duration INTERVAL = Duration.ofMillis(2);

    /** How many times actions may be put off before they are done. */
    private static final int MAX_DEFERRED = 32;

    /** How long a task may take, in nanoseconds, to be taken for one of many short ones. */
    private static final long SHORT_TASK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final BoundedLog LOG = new BoundedLog(DeferredFlushes.class);

    private final Timer timer;
    private final PeriodicCheck check;
    private final Queue<Runnable> dueSoon = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Batch> batches = new ThreadLocal<>(); // Set on threads of our own only.
    private volatile int rounds;

    /**
     * Without any.
     *
     * @param timer does what was put off for too long
     */
    DeferredFlushes(Timer timer) {
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
    }

    /** What this thread puts off; to be called once on each thread that runs tasks. */
    Batch newBatch() {
        Batch batch = new Batch();
        batches.set(batch);
        return batch;
    }

    /** Whether this thread runs tasks. */
    boolean isWorker() {
        return batches.get() != null;
    }

    /**
     * Puts off an action, if this thread runs short tasks.
     *
     * @param action what must not block
     * @return whether it will be done
     */
    boolean defer(Runnable action) {
        Batch batch = batches.get();
        return batch != null && batch.defer(action);
    }

    /**
     * Does an action after 2 ms at most, on any thread.
     *
     * @param action what must not block
     */
    void runSoon(Runnable action) {
        dueSoon.add(action);
        check.wake();
    }

    private long check() {
        rounds++; // Only here, by one thread at a time. What is put off from now on has to be given to runSoon() again.
        doAll();
        return dueSoon.isEmpty() ? PeriodicCheck.NOT_AGAIN : INTERVAL.toNanos();
    }

    private void doAll() {
        Runnable action;
        for (int i = dueSoon.size(); i > 0 && (action = dueSoon.poll()) != null; i--) {
            runSafely(action);
        }
    }

    /** Does now what is to be done dueSoon, and from then on only what threads do themselves. */
    void close() {
        check.close();
        doAll();
    }

    /** What was put off must not end a thread that others wait for. */
    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            LOG.failed("What was put off failed", e);
        }
    }

    /** What one thread puts off. Only of that thread. */
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

        /** Does what was put off. */
        void flush() {
            count = 0;
            actions.forEach(DeferredFlushes::runSafely);
            actions.clear();
        }
    }
}
