package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Arithmetic on times to wait. */
public final class Deadlines {

    private static final Duration MAX_WAIT = Duration.ofDays(365);

    private Deadlines() {}

    /**
     * Nanoseconds of a time to wait, whatever somebody has given.
     *
     * @param timeout a time, which may be absurdly long, or negative
     * @return nanoseconds, a year at most; 0 for a negative time
     */
    public static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(MAX_WAIT) > 0 ? MAX_WAIT.toNanos() : timeout.toNanos();
    }

    /**
     * Milliseconds of a time to wait, whatever somebody has given, to be told.
     *
     * @param timeout a time, which may be absurdly long, or negative
     * @return milliseconds, a year at most; 0 for a negative time
     */
    public static long millis(Duration timeout) {
        return TimeUnit.NANOSECONDS.toMillis(nanos(timeout));
    }
}
