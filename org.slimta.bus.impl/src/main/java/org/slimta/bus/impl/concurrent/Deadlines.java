package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Converts time limits that callers pass. */
public final class Deadlines {

    private static final Duration MAX_WAIT = Duration.ofDays(365);

    private Deadlines() {}

    /**
     * Converts a time limit to nanoseconds, whatever the caller has passed.
     *
     * @param timeout a time limit, which may be extremely long or negative
     * @return nanoseconds, at most a year; 0 for a negative time
     */
    public static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(MAX_WAIT) > 0 ? MAX_WAIT.toNanos() : timeout.toNanos();
    }

    /**
     * Converts a time limit to milliseconds for a message, whatever the caller has passed.
     *
     * @param timeout a time limit, which may be extremely long or negative
     * @return milliseconds, at most a year; 0 for a negative time
     */
    public static long millis(Duration timeout) {
        return TimeUnit.NANOSECONDS.toMillis(nanos(timeout));
    }
}
