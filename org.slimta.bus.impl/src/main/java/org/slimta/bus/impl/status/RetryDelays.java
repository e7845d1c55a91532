package org.slimta.bus.impl.status;

import java.time.Duration;

/** The delays between attempts: 250 ms, then twice as long each time, up to 10 s. Not thread-safe. */
public final class RetryDelays {

    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Duration delay = SHORTEST;

    /** Starts with the shortest delay. */
    public RetryDelays() {}

    /**
     * Returns the delay after another failure.
     *
     * @return how long to wait before the next attempt
     */
    public Duration next() {
        Duration next = delay;
        Duration twice = delay.multipliedBy(2);
        delay = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return next;
    }
}
