package org.slimta.bus.impl.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which connections must release their memory when others wait for room. */
class StalledConnectionsTest {

    private static final long KIB = 1 << 10;
    private static final long LIMIT = 1 << 20;
    private static final long ROUND = 1000;

    private final List<Fake> all = new ArrayList<>();
    private final List<String> givenUp = new ArrayList<>();
    private final StalledConnections stalled = new StalledConnections(
            action -> all.forEach(action),
            () -> all.stream().mapToLong(Fake::pendingBytes).sum());

    private final class Fake implements MemoryHolder {

        private final String name;
        private final long bytes;
        private final boolean isStalled;
        private final long start;

        Fake(String name, long bytes, boolean isStalled, long start) {
            this.name = name;
            this.bytes = bytes;
            this.isStalled = isStalled;
            this.start = start;
            all.add(this);
        }

        @Override
        public long pendingBytes() {
            return bytes;
        }

        @Override
        public boolean isStalled(long atLeast, long since) {
            assertEquals(ROUND, since);
            return isStalled;
        }

        @Override
        public long frameStart() {
            return start;
        }

        @Override
        public Set<PauseReason> pauseReasons() {
            return Set.of();
        }

        @Override
        public void resume() {}

        @Override
        public void probe() {}

        @Override
        public void giveUp(String why) {
            givenUp.add(name + ": " + why);
        }
    }

    private void round() {
        stalled.giveUp(LIMIT, ROUND);
    }

    @Test
    void theLargestOfTheStalledGoesFirstAndNoMoreThanNeeded() {
        new Fake("moving", 100 * KIB, false, 900);
        new Fake("small", 16 * KIB, true, 900);
        new Fake("less", 200 * KIB, true, 900);
        new Fake("more", 800 * KIB, true, 900);
        round();
        assertEquals(
                List.of("more: all connections together hold 1142784 bytes, over memoryLimit (1048576); this connection"
                        + " holds 819200 of them and makes no progress"),
                givenUp);
    }

    @Test
    void ifAllMoveTheNewestGoesAfterThreeRounds() {
        new Fake("older", 600 * KIB, false, 500);
        new Fake("newer", 600 * KIB, false, 1100);
        round();
        round();
        assertEquals(List.of(), givenUp);
        round();
        assertEquals(
                List.of("newer: all connections together hold 1228800 bytes, over memoryLimit (1048576); this"
                        + " connection holds 614400 of them and is the newest of those that make progress"),
                givenUp);
        round();
        assertEquals(1, givenUp.size(), "the rounds are counted anew");
    }

    @Test
    void nothingIsGivenUpWhileMostOfTheMemoryIsForRequestsInProcess() {
        new Fake("stalled", 400 * KIB, true, 900);
        for (int i = 0; i < 5; i++) {
            round();
        }
        assertEquals(List.of(), givenUp);
    }
}
