package org.slimta.bus.chaos;

/** How long the tests go on: a short form for each build, and a long one under the profile {@code chaos}. */
final class Rounds {

    /** Whether this is the long form. */
    static final boolean LONG = Boolean.getBoolean("chaos.long");

    /** How many times a scene is repeated. */
    static final int COUNT = Integer.getInteger("chaos.rounds", 2);

    private Rounds() {}

    /** What random choices begin with: the property {@code chaos.seed}, or another one each time if that is 0. Printed. */
    static long seed() {
        long given = Long.getLong("chaos.seed", 0);
        long seed = given == 0 ? System.nanoTime() & 0xffffff : given;
        System.out.println("chaos.seed=" + seed);
        return seed;
    }
}
