package org.slimta.bus.impl.status;

import java.time.Duration;

/** How long to wait until something that failed is tried once more: each time for longer. Not thread-safe. */
public final class RetryDelays {

    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Duration pause = SHORTEST;

    /** Nothing has failed yet. */
    public RetryDelays() {}

    /**
     * It has failed, once more.
     *
     * @return how long to wait
     */
    public Duration next() {
        Duration next = pause;
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return next;
    }
}
