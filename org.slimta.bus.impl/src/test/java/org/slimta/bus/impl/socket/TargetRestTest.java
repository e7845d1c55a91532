package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.socket.TargetRest.State;

/** When one of several servers rests, and when it is tried again. */
class TargetRestTest {

    private final TargetRest rest = new TargetRest(0);

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void isReadyAtFirst() {
        assertTrue(rest.isReady());
        assertFalse(rest.takeProbe(0), "a server that is ready needs no probe");
    }

    @Test
    void oneTransactionProbesItAfterTheRest() {
        rest.unreachable(0);
        assertFalse(rest.takeProbe(ms(99)));
        assertTrue(rest.takeProbe(ms(100)));
        assertFalse(rest.takeProbe(ms(101)), "one probe is enough");
        assertEquals(State.PROBING, rest.state());
    }

    @Test
    void restsGrowUntilItIsReachable() {
        long now = 0;
        for (long pause : new long[] {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
            rest.unreachable(now);
            assertFalse(rest.takeProbe(now + ms(pause) - 1), "after a shorter time than " + pause);
            now += ms(pause);
            assertTrue(rest.takeProbe(now), "after " + pause);
        }
        assertTrue(rest.reachable(now));
        assertFalse(rest.reachable(now), "nothing changes");
        assertTrue(rest.isReady());
    }

    @Test
    void failuresDuringARestDoNotProlongIt() {
        rest.unreachable(0);
        rest.unreachable(ms(50));
        rest.unreachable(ms(99));
        assertTrue(rest.takeProbe(ms(100)));
    }

    @Test
    void oneThatWasReachableForLongStartsWithAShortRest() {
        rest.unreachable(0);
        rest.takeProbe(ms(100));
        rest.unreachable(ms(100));
        rest.reachable(ms(300));
        rest.unreachable(ms(300) + ms(5001));
        assertTrue(rest.takeProbe(ms(300) + ms(5101)));
    }

    @Test
    void oneThatComesAndGoesRestsLonger() {
        rest.unreachable(0);
        rest.reachable(ms(100));
        rest.unreachable(ms(200));
        assertFalse(rest.takeProbe(ms(399)));
        assertTrue(rest.takeProbe(ms(400)));
    }

    @Test
    void aProbeThatEndsWithoutAnOutcomeIsFollowedByAnother() {
        rest.unreachable(0);
        assertTrue(rest.takeProbe(ms(100)));
        rest.probeOver(ms(101));
        assertFalse(rest.takeProbe(ms(101)), "it may turn out that it has failed");
        assertTrue(rest.takeProbe(ms(111)));
    }

    @Test
    void aProbeThatEndsAndHasFailedIsFollowedByALongerRest() {
        rest.unreachable(0);
        assertTrue(rest.takeProbe(ms(100)));
        rest.probeOver(ms(101));
        rest.unreachable(ms(101));
        assertFalse(rest.takeProbe(ms(300)));
        assertTrue(rest.takeProbe(ms(301)));
    }

    @Test
    void aProbeThatIsLostIsFollowedByAnother() {
        rest.unreachable(0);
        assertTrue(rest.takeProbe(ms(100)));
        assertFalse(rest.takeProbe(ms(5099)));
        assertTrue(rest.takeProbe(ms(5100)));
    }

    @Test
    void oneThatIsClosingRestsAndIsTriedAgain() {
        rest.closing(0);
        assertEquals(State.CLOSING, rest.state());
        rest.unreachable(ms(1));
        assertEquals(State.CLOSING, rest.state(), "that it refuses connections is part of closing");
        assertTrue(rest.takeProbe(ms(100)));
    }
}
