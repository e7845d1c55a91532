package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The length of the tests: a short form for each build, and a long form with the profile {@code chaos}. */
final class Rounds {

    /** Whether this is the long form. */
    static final boolean LONG = Boolean.getBoolean("chaos.long");

    /** The number of repetitions of a scene. */
    static final int COUNT = Integer.getInteger("chaos.rounds", 2);

    private Rounds() {}

    /** Waits for some time in the long form, so that what follows has time to go wrong. */
    static void pauseIfLong(Duration time) throws InterruptedException {
        if (LONG) {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        }
    }

    /**
     * The seed of random choices: the property {@code chaos.seed}, or a different one each time if that is 0. Prints
     * it.
     */
    static long seed() {
        long given = Long.getLong("chaos.seed", 0);
        long seed = given == 0 ? System.nanoTime() & 0xffffff : given;
        System.out.println("chaos.seed=" + seed);
        return seed;
    }
}
