package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.status.RetryDelays;

/** The failed attempts to open or change one bus: when to try again, and which failures to log. Not thread-safe. */
final class OpenRetry {

    /** When all buses start together, the one that another bus needs may appear only after a moment. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long firstFailureNanos = System.nanoTime();
    private final RetryDelays delays = new RetryDelays();
    private String logged;

    /**
     * Says whether to log a failed attempt: each reason once in a row, and a usual one only after two seconds.
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

    /** {@return the delay before the next attempt, which becomes longer each time} */
    Duration nextDelay() {
        return delays.next();
    }
}
