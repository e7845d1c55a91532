package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that all buses of one provider share: workers, which run what may take its time and what belongs to others,
 * and a timer, which runs neither. Thread-safe.
 */
public final class Threads implements AutoCloseable {

    private static final int MOST_WORKERS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final ScheduledThreadPoolExecutor timer;
    private final Workers workers;

    public Threads() {
        timer = new ScheduledThreadPoolExecutor(1, daemons("slimta-bus-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers = new Workers(MOST_WORKERS, daemons("slimta-bus-worker-"), this::after);
    }

    /**
     * Threads for tasks that may block, virtual ones where the JVM has them. Their owner closes them.
     *
     * @param name what the threads are called
     * @param most how many at once
     * @return the threads; none is started yet
     */
    public Workers newWorkers(String name, int most) {
        return new Workers(most, VirtualThreads.orElse(name, daemons(name)), this::after);
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        };
    }

    /**
     * Runs a task on a worker. After {@link #close()} it runs here and now, so that nothing that is still to be told gets
     * lost. How much can be waiting is bounded by the transactions that are under way.
     *
     * @param task the task
     */
    public void execute(Runnable task) {
        workers.execute(task);
    }

    /**
     * Puts off what is better done once for many tasks, as long as there are more tasks for this worker, by 2 ms at most.
     *
     * @param action what is to be done, soon, on any thread; must not block
     * @return whether it will be; false if this thread is no worker, or one that takes its time
     */
    public boolean putOff(Runnable action) {
        return workers.putOff(action);
    }

    /**
     * Does something after 2 ms at most, on any thread.
     *
     * @param action what is to be done; must not block
     */
    public void doSoon(Runnable action) {
        workers.doSoon(action);
    }

    /**
     * Runs a task on the timer after some time; never after {@link #close()}.
     *
     * @param delay after how long
     * @param task the task, which must be short and run nobody else's code
     * @return what cancels it
     */
    public Future<?> after(Duration delay, Runnable task) {
        try {
            return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Runs what is waiting, but no more timers. Does not wait. */
    @Override
    public void close() {
        timer.shutdown();
        workers.close();
    }
}
