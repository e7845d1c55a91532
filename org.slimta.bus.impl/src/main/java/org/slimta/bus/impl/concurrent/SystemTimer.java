package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.status.BoundedLog;

/** The timer of a provider: one thread, and the clock of the system. */
final class SystemTimer implements Timer {

    private final BoundedLog log = new BoundedLog(SystemTimer.class);
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Starts the thread at once: a provider that cannot get even this thread must fail when it is opened, not later.
     */
    SystemTimer() {
        executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads("slimta-bus-timer-"));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.prestartCoreThread();
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public Future<?> after(Duration delay, Runnable task) {
        try {
            return executor.schedule(() -> run(task), Math.max(0, Deadlines.nanos(delay)), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log.failed("A task of the timer failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
