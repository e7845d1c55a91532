package org.slimta.bus.impl.config;

import java.time.Duration;

/**
 * How handlers and filters are called.
 *
 * @param most how many transactions at once
 * @param timeout how long a transaction waits for what is missing
 */
record Handling(int most, Duration timeout) {

    static final int MOST = 256;
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    static Handling read(Settings settings) {
        int[] most = {MOST};
        Duration[] timeout = {TIMEOUT};
        settings.integer("maxHandling", value -> {
            if (value < 1) {
                throw new IllegalArgumentException("it must be 1 or more");
            }
            most[0] = value;
        });
        settings.duration("handlerTimeout", value -> timeout[0] = value);
        return new Handling(most[0], timeout[0]);
    }

    /** How many filters must be there. */
    static int minimumFilters(Settings settings) {
        int[] least = {0};
        settings.integer("minimumFilters", value -> {
            if (value < 0) {
                throw new IllegalArgumentException("it must be 0 or more");
            }
            least[0] = value;
        });
        return least[0];
    }
}
