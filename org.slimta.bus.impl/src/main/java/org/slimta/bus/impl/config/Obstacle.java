package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.status.RetryDelays;

/** What stands in the way of a bus, for how long already, and after what time it is tried again. Not thread-safe. */
final class Obstacle {

    /** Until a bus is there that another needs may take a moment, when all of them start. */
    private static final long GRACE = TimeUnit.SECONDS.toNanos(2);

    private final long since = System.nanoTime();
    private final RetryDelays pauses = new RetryDelays();
    private String warned;

    /**
     * It was tried, in vain.
     *
     * @param what what stands in the way
     * @param mayPassSoon whether that is usual for a moment
     * @return whether the log should have it
     */
    boolean isNews(String what, boolean mayPassSoon) {
        if (what.equals(warned) || mayPassSoon && System.nanoTime() - since < GRACE) {
            return false;
        }
        warned = what;
        return true;
    }

    /** How long to wait until it is tried once more: each time for longer. */
    Duration nextPause() {
        return pauses.next();
    }
}
