package org.slimta.bus.impl.transaction;

import java.time.Duration;

/** Arithmetic on times to wait. */
final class Deadlines {

    private static final Duration LONGEST = Duration.ofDays(365);

    private Deadlines() {}

    /** Nanoseconds of a time to wait, which may be absurdly long. */
    static long nanos(Duration timeout) {
        return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
    }
}
