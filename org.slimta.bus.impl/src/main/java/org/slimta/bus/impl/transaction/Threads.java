package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that all buses of one provider share: workers, which run what may take its time and what belongs to others,
 * and a timer, which runs neither. How much can be waiting for a worker is bounded by the transactions that are under way.
 * Thread-safe.
 */
public final class Threads implements AutoCloseable {

    private static final int WORKERS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;

    public Threads() {
        workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons("slimta-bus-worker-"));
        workers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, daemons("slimta-bus-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(Threads.class.getClassLoader());
            return thread;
        };
    }

    /**
     * Runs a task on a worker. After {@link #close()} it runs here and now, so that nothing that is still to be told gets
     * lost.
     *
     * @param task the task
     */
    public void execute(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
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
        workers.shutdown();
    }
}
