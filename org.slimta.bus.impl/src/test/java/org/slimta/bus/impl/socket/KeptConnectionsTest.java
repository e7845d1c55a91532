package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which connection a transaction goes over, with connections that only note what they are given. */
class KeptConnectionsTest {

    private final KeptConnections<String, Line> kept = new KeptConnections<>();

    private static final class Line implements KeptConnections.Member<String> {

        private final boolean large;
        private final List<String> sent = new ArrayList<>();
        private boolean taking = true;

        Line(boolean large) {
            this.large = large;
        }

        @Override
        public boolean send(String transaction) {
            return taking && sent.add(transaction);
        }

        @Override
        public int load() {
            return sent.size();
        }

        @Override
        public boolean isKept() {
            return taking;
        }

        @Override
        public boolean isForLarge() {
            return large;
        }
    }

    @BeforeEach
    void configure() {
        kept.configure(2, 3);
    }

    private Line shared() {
        Line line = new Line(false);
        assertTrue(kept.add(line));
        return line;
    }

    private Line free() {
        Line line = new Line(true);
        assertTrue(kept.add(line) && kept.free(line));
        return line;
    }

    @Test
    void theFirstThatIsNotBusyIsUsedThenTheLeastBusyOne() {
        Line one = shared();
        Line two = shared();
        for (int i = 0; i < 8; i++) {
            assertTrue(kept.send("s" + i, false));
        }
        assertEquals(List.of("s0", "s1", "s2", "s6"), one.sent);
        assertEquals(List.of("s3", "s4", "s5", "s7"), two.sent);
    }

    @Test
    void oneThatTakesNoMoreIsPassedOver() {
        Line one = shared();
        Line two = shared();
        one.taking = false;
        assertTrue(kept.send("s0", false));
        assertEquals(List.of("s0"), two.sent);
        assertTrue(kept.add(new Line(false)), "its place is free");
        assertFalse(kept.add(new Line(false)));
    }

    @Test
    void whereThereIsNoneNothingIsSent() {
        assertFalse(kept.send("s0", false) || kept.send("L0", true));
        shared().taking = false;
        free().taking = false;
        assertFalse(kept.send("s0", false) || kept.send("L0", true));
        assertFalse(kept.hasShared() || kept.hasFree());
    }

    @Test
    void aFreeOneIsTakenByOneLargeTransaction() {
        Line one = free();
        assertTrue(kept.hasFree());
        assertTrue(kept.send("L0", true));
        assertFalse(kept.send("L1", true));
        kept.free(one);
        assertTrue(kept.send("L1", true));
        assertEquals(List.of("L0", "L1"), one.sent);
    }

    @Test
    void oneThatWasRetiredMeanwhileIsNotFree() {
        Line retired = new Line(true);
        kept.add(retired);
        retired.taking = false; // It is retired while its last response arrives.
        kept.remove(retired);
        assertFalse(kept.free(retired));
        assertFalse(kept.hasFree());
        Line later = free();
        later.taking = false;
        kept.remove(later);
        assertFalse(kept.hasFree());
        Line unlisted = new Line(false);
        unlisted.taking = false;
        assertFalse(kept.add(unlisted));
    }

    @Test
    void thereAreAsManyAsThereArePlaces() {
        Line one = shared();
        Line two = shared();
        Line three = free();
        Line four = free();
        assertFalse(kept.add(new Line(false)) || kept.free(new Line(true)));
        assertEquals(List.of(), kept.surplus());
        kept.configure(1, 3);
        assertEquals(List.of(two, three), kept.surplus());
        kept.configure(0, 0);
        assertEquals(List.of(one, two, four, three), kept.surplus());
        assertFalse(kept.add(new Line(true)), "none is to be kept");
    }

    @Test
    void nothingIsTakenInAfterItIsClosed() {
        Line one = free();
        kept.close();
        kept.configure(2, 3);
        assertFalse(kept.add(new Line(false)) || kept.add(new Line(true)) || kept.free(new Line(true)));
        assertEquals(List.of(one), kept.surplus());
    }
}
