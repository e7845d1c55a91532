package org.slimta.bus.bench;

/**
 * How long a run takes.
 *
 * @param heating milliseconds for which a new JVM is loaded in each of two ways before its first round
 * @param warmUps rounds that are not counted
 * @param rounds rounds that are counted
 * @param millis how long one contestant is loaded in one round
 */
record Pace(long heating, int warmUps, int rounds, long millis) {

    static final Pace FULL = new Pace(5_000, 2, 7, 750);
    static final Pace QUICK = new Pace(2_500, 1, 3, 220);
}
