package org.slimta.bus.impl.config;

import java.time.Duration;

/**
 * The limits for calls of handlers and filters.
 *
 * @param maxConcurrent how many transactions they may process at the same time
 * @param missingTimeout how long a transaction waits for a missing handler, filter or bus
 */
record HandlerLimits(int maxConcurrent, Duration missingTimeout) {

    private static final int DEFAULT_MAX_CONCURRENT = 256;
    private static final Duration DEFAULT_MISSING_TIMEOUT = Duration.ofSeconds(10);

    static HandlerLimits read(Settings settings) {
        return new HandlerLimits(
                settings.integer("maxConcurrentHandlers", 1, DEFAULT_MAX_CONCURRENT),
                settings.duration("missingHandlerTimeout", DEFAULT_MISSING_TIMEOUT));
    }

    /** {@return how many filters a chain or a proxy needs before transactions pass} */
    static int minFilters(Settings settings) {
        return settings.integer("minFilters", 0, 0);
    }
}
