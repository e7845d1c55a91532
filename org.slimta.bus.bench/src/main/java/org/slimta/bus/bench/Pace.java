package org.slimta.bus.bench;

/**
 * How long a run takes.
 *
 * @param heating milliseconds for which a new JVM is loaded at least, in each of two ways, before its first round
 * @param longestHeating milliseconds for which it is loaded at most, as long as that makes it faster
 * @param warmUps rounds that are not counted
 * @param rounds rounds that are counted
 * @param millis how long one contestant is loaded in one round
 */
record Pace(long heating, long longestHeating, int warmUps, int rounds, long millis) {

    static final Pace FULL = new Pace(5_000, 30_000, 2, 7, 750);
    static final Pace QUICK = new Pace(2_000, 15_000, 1, 3, 220);
}
