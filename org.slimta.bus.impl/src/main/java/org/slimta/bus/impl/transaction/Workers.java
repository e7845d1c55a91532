package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.transaction.DeferredFlushes.Batch;

/**
 * Runs tasks on as few threads as keep up with them: waking a thread costs more than most tasks do. More threads start when
 * there is a backlog, and as soon as those that run are all blocked, one for each task that waits. Each task begins without an
 * interrupt flag, and what it throws is logged. A thread that cannot be started is tried again. Thread-safe.
 */
public final class Workers implements Executor, AutoCloseable {

    /** How many tasks may wait for each thread before another one starts. */
    private static final int BACKLOG_TASKS = 32;

    private static final Duration INTERVAL = Duration.ofMillis(2);

    /** How many threads may be busy without being blocked: more of them would only take processors from each other. */
    private static final int MAX_BUSY = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    /** How long a task takes, in nanoseconds, before its thread counts as blocked if it waits for something. */
    private static final long SHORT_TASK = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long IDLE = TimeUnit.SECONDS.toNanos(30);

    private static final BoundedLog LOG = new BoundedLog(Workers.class);

    private final ThreadFactory factory;
    private final Timer timer;
    private final PeriodicCheck check;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private final Deque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier hasTasks = () -> !tasks.isEmpty();
    private final DeferredFlushes deferred;
    private volatile int most;
    private volatile boolean closed;
    private Runnable firstBefore; // Only of the timer's thread.

    /**
     * No threads yet.
     *
     * @param most how many there may be at once
     * @param factory makes them
     * @param timer to look whether they are blocked
     * @param deferred what the threads put off
     */
    Workers(int most, ThreadFactory factory, Timer timer, DeferredFlushes deferred) {
        this.most = most;
        this.factory = factory;
        this.timer = timer;
        this.deferred = deferred;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
    }

    /**
     * Changes how many threads there may be. Those that are too many end when they find nothing to do.
     *
     * @param newMost 1 or more
     */
    public void setMost(int newMost) {
        most = newMost;
    }

    /**
     * Runs a task on one of the threads, after {@link #close()} too; only if there is none then, and none can be had, it runs
     * here and now. Does not wait, and throws nothing.
     *
     * @param task the task, which may block
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        int waiting = queued.incrementAndGet();
        int now = active.get();
        if (now == 0 || waiting > now * BACKLOG_TASKS || closed) {
            start(now);
        }
        check.wake();
        if (closed && active.get() == 0) {
            Runnable rest; // Nobody tries again to start a thread.
            while ((rest = next()) != null) {
                run(rest);
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.warn("A task failed: " + e, e);
        }
    }

    private Runnable next() {
        Runnable task = tasks.poll();
        if (task != null) {
            queued.decrementAndGet();
        }
        return task;
    }

    /**
     * Starts one more thread. The one that was idle last is woken: what it needs is still at hand.
     *
     * @param now how many are active, as the caller knows it
     * @return whether one more is active
     */
    private boolean start(int now) {
        if (now >= most || !active.compareAndSet(now, now + 1)) {
            return false;
        }
        Worker worker = idle.pollFirst();
        if (worker != null) {
            worker.wake();
            return true;
        }
        boolean started = false;
        try {
            worker = new Worker();
            factory.newThread(worker).start();
            started = true;
        } catch (Throwable e) {
            LOG.warn("No thread can be started now; this is tried again (raise the limit of threads, or of memory): " + e, null);
        } finally {
            if (!started) {
                active.decrementAndGet();
            }
        }
        return started;
    }

    /** On the timer: starts what is missing. Each thread that starts starts the next, so this starts one at most. */
    private long check() {
        Runnable first = tasks.peek();
        if (first != null) {
            int unblocked = active.get() - countBlocked();
            if (unblocked <= 0) {
                wanted.set(Math.min(queued.get(), most - active.get()));
                startWanted();
            } else if (first == firstBefore && unblocked < MAX_BUSY) {
                start(active.get()); // Nothing has been taken from the queue since the last check.
            }
        }
        firstBefore = first;
        return first != null || active.get() > 0 ? INTERVAL.toNanos() : PeriodicCheck.NOT_AGAIN;
    }

    private int countBlocked() {
        long now = timer.now();
        int count = 0;
        for (Worker worker : workers) {
            if (worker.isBlocked(now)) {
                count++;
            }
        }
        return count;
    }

    private void startWanted() {
        int count = wanted.get();
        if (count > 0 && wanted.compareAndSet(count, count - 1) && !tasks.isEmpty()) {
            start(active.get());
        }
    }

    /** How many threads run tasks, or are about to. */
    int active() {
        return active.get();
    }

    /** How many threads there are. */
    int count() {
        return workers.size();
    }

    /** Lets the threads end when nothing is left to be done. Does not wait. */
    @Override
    public void close() {
        closed = true;
        check.close();
        idle.forEach(Worker::wake);
        wanted.set(Math.min(queued.get(), most - active.get())); // Nobody looks any more whether the active ones get on.
        startWanted();
    }

    /** One thread, and the tasks that it runs without a pause. */
    private final class Worker implements Runnable {

        private volatile Thread thread;
        private volatile boolean called = true;
        private volatile long taskStart = timer.now();
        private Batch batch;

        @Override
        public void run() {
            thread = Thread.currentThread();
            batch = deferred.newBatch();
            workers.add(this);
            try {
                do {
                    startWanted();
                    work();
                } while (awaitCall());
            } finally {
                workers.remove(this);
            }
        }

        private void work() {
            do {
                Runnable task;
                while ((task = next()) != null) {
                    runTask(task);
                }
                batch.flush();
            } while (BriefWait.until(hasTasks));
            called = false;
            idle.addFirst(this);
            active.decrementAndGet();
            if (!tasks.isEmpty()) {
                start(active.get()); // A task may have come when this thread still counted as active.
            }
        }

        private void runTask(Runnable task) {
            long now = timer.now();
            taskStart = now;
            batch.begin(now);
            Workers.run(task);
            Thread.interrupted(); // What a task leaves set is not for the next, and would keep an idle thread from sleeping.
            batch.end();
        }

        private boolean awaitCall() {
            long deadline = timer.now() + IDLE;
            while (!called) {
                long left = closed ? 0 : deadline - timer.now();
                if (left <= 0 && idle.remove(this)) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.max(left, SHORT_TASK));
                Thread.interrupted(); // Somebody may interrupt any thread; this one would not sleep any more.
            }
            return true;
        }

        void wake() {
            called = true;
            LockSupport.unpark(thread);
        }

        /** Whether it does not get on with its task, and not for want of a processor. */
        boolean isBlocked(long now) {
            if (!called || now - taskStart < SHORT_TASK) {
                return false;
            }
            Thread.State state = thread.getState();
            return state == Thread.State.BLOCKED || state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }
    }
}
