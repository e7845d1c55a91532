package org.slimta.bus.bench;

/**
 * The number and length of rounds.
 *
 * @param minWarmUpMillis minimum milliseconds for which a new JVM is loaded, in each of two ways, before its first round
 * @param maxWarmUpMillis maximum milliseconds for which it is loaded while it still gets faster
 * @param warmUpRounds the number of rounds that are not counted
 * @param rounds the number of rounds that are counted
 * @param millis the milliseconds for which one contestant is loaded in one round
 */
record Pace(long minWarmUpMillis, long maxWarmUpMillis, int warmUpRounds, int rounds, long millis) {

    static final Pace FULL = new Pace(5_000, 30_000, 2, 7, 750);
    static final Pace QUICK = new Pace(2_000, 15_000, 1, 3, 220);
}
