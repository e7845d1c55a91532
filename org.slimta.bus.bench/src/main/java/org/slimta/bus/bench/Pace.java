package org.slimta.bus.bench;

/**
 * How long a run takes.
 *
 * @param warmUps rounds that are not counted
 * @param rounds rounds that are counted
 * @param millis how long one contestant is loaded in one round
 */
record Pace(int warmUps, int rounds, long millis) {

    static final Pace FULL = new Pace(2, 7, 800);
    static final Pace QUICK = new Pace(2, 3, 300);
}
