package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slimta.bus.impl.status.RetryDelays;

/** The failed attempts to open or change one bus: when to try again, and which failures to log. Not thread-safe. */
final class OpenRetry {

    /** When all buses start together, the one that another bus needs may appear only after a moment. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Function<Duration, Future<?>> scheduler;
    private RetryDelays delays; // Null if the last attempt did not fail.
    private long firstFailureNanos;
    private String logged;
    private Future<?> scheduled;

    /**
     * Creates one without failures.
     *
     * @param scheduler makes another attempt after a delay
     */
    OpenRetry(Function<Duration, Future<?>> scheduler) {
        this.scheduler = scheduler;
    }

    /** An attempt has failed: schedules the next one, after a delay that becomes longer each time. */
    void failed() {
        if (delays == null) {
            delays = new RetryDelays();
            firstFailureNanos = System.nanoTime();
            logged = null;
        }
        scheduled = scheduler.apply(delays.next());
    }

    /** An attempt has succeeded: nothing is scheduled any more. */
    void succeeded() {
        delays = null;
    }

    /** Cancels the scheduled attempt, because one is made now or none is wanted. */
    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }

    /**
     * Says whether to log the last failure: each reason once in a row, and a usual one only after two seconds.
     *
     * @param reason why the attempt failed
     * @param mayPassSoon whether that reason is usual for a moment after the start
     * @return whether to log it
     */
    boolean shouldLog(String reason, boolean mayPassSoon) {
        if (reason.equals(logged) || (mayPassSoon && System.nanoTime() - firstFailureNanos < GRACE_NANOS)) {
            return false;
        }
        logged = reason;
        return true;
    }
}
