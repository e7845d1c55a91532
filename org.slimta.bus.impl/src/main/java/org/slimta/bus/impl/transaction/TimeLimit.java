package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a transaction may take, and what says so.
 *
 * @param nanos the time, in nanoseconds; 0 or less when it is used up
 * @param source what says so, for a person
 */
public record TimeLimit(long nanos, String source) {

    /**
     * The time of an option, unless there is less.
     *
     * @param responseTimeout the option {@code responseTimeout} of the client
     * @param maxNanos what is left of a transaction that this one belongs to, in nanoseconds; or
     *     {@link CappedClient#NO_CAP}
     * @return the shorter one
     */
    public static TimeLimit of(Duration responseTimeout, long maxNanos) {
        long option = responseTimeout.toNanos();
        return option <= maxNanos
                ? new TimeLimit(option, "responseTimeout")
                : new TimeLimit(maxNanos, "what was left of the responseTimeout of the client whose request was passed on");
    }

    /** {@return whether there is no time at all, so that nothing is to be sent} */
    public boolean isUsedUp() {
        return nanos <= 0;
    }

    /** For messages: {@code within 100 ms (responseTimeout)}. */
    @Override
    public String toString() {
        return "within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms (" + source + ")";
    }
}
