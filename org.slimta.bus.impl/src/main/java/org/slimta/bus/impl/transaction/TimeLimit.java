package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The maximum time for a transaction, and where that limit comes from.
 *
 * @param nanos the time in nanoseconds; 0 or less if it is used up
 * @param source the origin of the limit, for messages
 */
public record TimeLimit(long nanos, String source) {

    /**
     * Returns the limit of an option, or a lower one.
     *
     * @param responseTimeout the option {@code responseTimeout} of the client
     * @param maxNanos the remaining time of the transaction that this one is part of, in nanoseconds, or
     *     {@link CappedClient#NO_CAP}
     * @return the lower of the two limits
     */
    public static TimeLimit of(Duration responseTimeout, long maxNanos) {
        long option = responseTimeout.toNanos();
        return option <= maxNanos
                ? new TimeLimit(option, "responseTimeout")
                : new TimeLimit(maxNanos, "remaining responseTimeout of the client whose request was forwarded");
    }

    /** {@return whether the time is used up, so that nothing must be sent} */
    public boolean isUsedUp() {
        return nanos <= 0;
    }

    /** For messages: {@code within 100 ms (responseTimeout)}. */
    @Override
    public String toString() {
        return "within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms (" + source + ")";
    }
}
