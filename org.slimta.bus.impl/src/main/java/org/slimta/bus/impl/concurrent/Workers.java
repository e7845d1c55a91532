package org.slimta.bus.impl.concurrent;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slimta.bus.impl.concurrent.DeferredFlushes.Batch;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.text.Described;

/**
 * Runs tasks on as few threads as can keep up with them, because waking a thread costs more than most tasks do. More
 * threads start when the running ones fall behind, and, as soon as all of them are blocked, one for each waiting task.
 * Each task begins without an interrupt flag, and what it throws is logged. Starting a thread is retried if it fails.
 * Thread-safe.
 */
public final class Workers implements Executor, AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(2);

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /**
     * How many threads may always be busy with short tasks: more would take processors from the threads that submit the
     * tasks.
     */
    private static final int MAX_BUSY_WITH_SHORT = Math.max(1, PROCESSORS / 2);

    /** How many threads may be busy without being blocked: more would only take processors from each other. */
    private static final int MAX_BUSY = Math.max(4, 2 * PROCESSORS);

    /** After this time in a task, a thread counts as blocked if it waits for something. */
    private static final long SHORT_TASK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * After this time in a task, a thread counts as blocked in any case: a thread that waits in native code, for a
     * socket or a name service, looks as if it were running.
     */
    private static final long LONG_TASK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** In place of a time: no task is running. */
    private static final long NO_TASK = Long.MIN_VALUE;

    private static final BoundedLog LOG = new BoundedLog(Workers.class);

    private enum Start {
        /** One more thread is active. */
        DONE,
        /** The maximum number of threads is active, or the number of active threads has just changed. */
        NOT_NOW,
        /** No thread can be started. */
        IMPOSSIBLE
    }

    private final ThreadFactory factory;
    private final ThreadFactory spare;
    private final Timer timer;
    private final PeriodicCheck check;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private final AtomicInteger notSpare = new AtomicInteger(); // From before they start until they have ended.
    private final Deque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier hasTasks = () -> !tasks.isEmpty();
    private final DeferredFlushes deferred;
    private volatile int maxThreads;
    private volatile boolean closed;
    private volatile int blocked; // As of the last check.
    private Runnable firstBefore; // Used only by the timer thread.

    /**
     * Creates workers without threads.
     *
     * @param maxThreads the maximum number of threads
     * @param factory creates the first threads, as many as there are processors
     * @param spare creates the threads that replace blocked ones
     * @param timer for checks whether threads are blocked
     * @param deferred the actions that the threads defer
     */
    Workers(int maxThreads, ThreadFactory factory, ThreadFactory spare, Timer timer, DeferredFlushes deferred) {
        this.maxThreads = maxThreads;
        this.factory = factory;
        this.spare = spare;
        this.timer = timer;
        this.deferred = deferred;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
    }

    /**
     * Changes the maximum number of threads. Surplus threads end when they find no task.
     *
     * @param newMaxThreads 1 or more
     */
    public void setMaxThreads(int newMaxThreads) {
        maxThreads = newMaxThreads;
    }

    /**
     * Runs a task on one of the threads, even after {@link #close()}. Does not block, unless the task has to run on the
     * calling thread: only after {@link #close()}, if there is no thread and none can be started. Throws nothing.
     *
     * @param task the task, which may block
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        int now = active.get();
        if (now <= blocked) {
            start(now);
        }
        check.wake();
        if (closed) {
            startWithoutChecks();
        }
    }

    /** After closing there are no checks whether the threads keep up, so each caller starts a thread for its task. */
    private void startWithoutChecks() {
        Start start = Start.NOT_NOW;
        while (start == Start.NOT_NOW && !tasks.isEmpty()) {
            int now = active.get();
            if (now >= maxThreads) {
                return;
            }
            start = start(now);
        }
        if (start == Start.IMPOSSIBLE && active.get() == 0) {
            Runnable remaining;
            while ((remaining = tasks.poll()) != null) {
                run(remaining);
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.failed("A task failed", e);
        }
    }

    /**
     * Makes one more thread active: the thread that became idle last, whose data is probably still cached, or a new
     * one.
     *
     * @param now how many threads are active, as the caller knows it
     */
    private Start start(int now) {
        if (now >= maxThreads || !active.compareAndSet(now, now + 1)) {
            return Start.NOT_NOW;
        }
        Worker worker = idle.pollFirst();
        if (worker != null) {
            worker.wake();
            return Start.DONE;
        }
        // Counted here and not by the thread: several may have been started before the first of them runs.
        boolean isSpare = notSpare.getAndUpdate(count -> Math.min(count + 1, PROCESSORS)) == PROCESSORS;
        boolean started = false;
        try {
            (isSpare ? spare : factory).newThread(new Worker(isSpare)).start();
            started = true;
        } catch (Throwable e) {
            LOG.warn(
                    "Cannot start a thread, retrying (raise the limit of threads, or of memory): " + Described.of(e),
                    null);
        } finally {
            if (!started) {
                active.decrementAndGet();
                ended(isSpare);
            }
        }
        return started ? Start.DONE : Start.IMPOSSIBLE;
    }

    private void ended(boolean isSpare) {
        if (!isSpare) {
            notSpare.decrementAndGet();
        }
    }

    /**
     * On the timer: starts what is missing. Each thread that starts also starts the next one, so this starts at most
     * one.
     */
    private long check() {
        Runnable first = tasks.peek();
        boolean busy = checkWorkers();
        if (first != null) {
            int now = active.get();
            int unblocked = now - blocked;
            if (unblocked <= 0) {
                wanted.set(Math.min(tasks.size(), maxThreads - now));
                startWanted();
            } else if (unblocked < (first == firstBefore ? MAX_BUSY : busy ? MAX_BUSY_WITH_SHORT : 0)) {
                start(now); // No task was removed since the last check, or the queue was never empty.
            }
        }
        firstBefore = first;
        return first != null || active.get() > 0 ? INTERVAL.toNanos() : PeriodicCheck.NOT_AGAIN;
    }

    /** Checks each thread. Returns whether none of the unblocked threads has run out of tasks since the last check. */
    private boolean checkWorkers() {
        long now = timer.now();
        int count = 0;
        boolean busy = true;
        for (Worker worker : workers) {
            if (worker.isBlocked(now)) {
                count++;
            } else if (worker.hasRunOutOfTasks()) {
                busy = false;
            }
        }
        blocked = count;
        return busy;
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

    /** How many threads were blocked at the last check. */
    int blocked() {
        return blocked;
    }

    /** How many threads there are. */
    int count() {
        return workers.size();
    }

    /** Lets the threads end when they have no more tasks. Does not block. */
    @Override
    public void close() {
        closed = true;
        check.close();
        idle.forEach(Worker::unpark);
        wanted.set(Math.min(tasks.size(), maxThreads - active.get()));
        startWithoutChecks();
    }

    /** One thread, and the tasks that it runs without a pause. */
    private final class Worker implements Runnable {

        private final boolean isSpare;
        private final AtomicLong taskStart = new AtomicLong(NO_TASK);
        private volatile Thread thread;
        private volatile boolean woken = true;
        private volatile int timesIdle;
        private int timesIdleBefore; // Used only by the timer thread.
        private boolean isActive = true; // Whether it counts as active. Used only by its own thread.
        private ClassLoader loader;
        private Batch batch;

        Worker(boolean isSpare) {
            this.isSpare = isSpare;
        }

        @Override
        public void run() {
            try {
                thread = Thread.currentThread();
                loader = thread.getContextClassLoader();
                batch = deferred.newBatch();
                workers.add(this);
                do {
                    isActive = true;
                    startWanted();
                    work();
                } while (awaitWake());
            } finally {
                workers.remove(this);
                ended(isSpare);
                if (isActive) { // It ends because it threw something: other threads take over its tasks.
                    active.decrementAndGet();
                    check.wake();
                }
            }
        }

        private void work() {
            do {
                Runnable task;
                while ((task = tasks.poll()) != null) {
                    runTask(task);
                }
                batch.flush();
                timesIdle++;
            } while (maySpin() && SpinWait.until(hasTasks));
            taskStart.lazySet(NO_TASK);
            woken = false;
            if (isSpare) {
                idle.addLast(this); // It is woken only if there is no other.
            } else {
                idle.addFirst(this);
            }
            isActive = false;
            active.decrementAndGet();
            if (!tasks.isEmpty()) {
                start(active.get()); // A task may have come when this thread still counted as active.
            }
        }

        /** More threads than the few that short tasks need would keep each other busy for good. */
        private boolean maySpin() {
            return !isSpare && active.get() - blocked <= MAX_BUSY_WITH_SHORT;
        }

        private void runTask(Runnable task) {
            long now = timer.now();
            // The timer may see it slightly later: that is cheaper than making it visible at once.
            taskStart.lazySet(now);
            batch.begin(now);
            Workers.run(task);
            // A flag that a task leaves set does not concern the next one, and would keep an idle thread from parking.
            Thread.interrupted();
            if (thread.getContextClassLoader() != loader) {
                thread.setContextClassLoader(loader);
            }
            batch.end();
        }

        private boolean awaitWake() {
            long deadline = timer.now() + MAX_IDLE_NANOS;
            while (!woken) {
                long left = closed ? 0 : deadline - timer.now();
                if (left <= 0 && idle.remove(this)) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.max(left, SHORT_TASK_NANOS));
                Thread.interrupted(); // Any thread may be interrupted; this one would not park any more.
            }
            return true;
        }

        /** Returns whether it has found no task since this method was called last. */
        boolean hasRunOutOfTasks() {
            int before = timesIdleBefore;
            timesIdleBefore = timesIdle;
            return timesIdleBefore != before;
        }

        /** Makes it run tasks: it was removed from the idle threads, and counts as active. */
        void wake() {
            woken = true;
            unpark();
        }

        /** Makes it check whether it has waited long enough. */
        void unpark() {
            LockSupport.unpark(thread);
        }

        /** Returns whether it makes no progress with its task, for another reason than the lack of a processor. */
        boolean isBlocked(long now) {
            long start = taskStart.get();
            if (start == NO_TASK || now - start < SHORT_TASK_NANOS) {
                return false;
            }
            if (now - start >= LONG_TASK_NANOS) {
                return true;
            }
            Thread.State state = thread.getState();
            return state == Thread.State.BLOCKED
                    || state == Thread.State.WAITING
                    || state == Thread.State.TIMED_WAITING;
        }
    }
}
