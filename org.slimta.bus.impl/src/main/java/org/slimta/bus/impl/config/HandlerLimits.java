package org.slimta.bus.impl.config;

import java.time.Duration;

/**
 * How handlers and filters are called.
 *
 * @param most how many transactions at once
 * @param timeout how long a transaction waits for what is missing
 */
record HandlerLimits(int most, Duration timeout) {

    static final int MOST = 256;
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    static HandlerLimits read(Settings settings) {
        return new HandlerLimits(
                settings.integer("maxConcurrentHandlers", 1, MOST), settings.duration("missingHandlerTimeout", TIMEOUT));
    }

    /** How many filters must be there. */
    static int minFilters(Settings settings) {
        return settings.integer("minFilters", 0, 0);
    }
}
