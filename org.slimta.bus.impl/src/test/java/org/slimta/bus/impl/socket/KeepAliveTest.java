package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.socket.KeepAlive.Verdict;

class KeepAliveTest {

    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);
    private long heard = now;
    private final KeepAlive alive = new KeepAlive(now);

    /** Looks every 100 ms, and gives the time in ms after which the verdict comes first. */
    private long timeOf(Verdict wanted, Duration interval, long mostMillis) {
        for (long time = 100; time <= mostMillis; time += 100) {
            if (look(interval, 100) == wanted) {
                return time;
            }
        }
        return -1;
    }

    private Verdict look(Duration interval, long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        return alive.check(now, interval, heard);
    }

    @Test
    void aPeerIsAskedAfterTheIntervalAndGoneAfterAsLongAgain() {
        Duration interval = Duration.ofSeconds(10);
        assertEquals(10_100, timeOf(Verdict.ASK, interval, 20_000));
        assertEquals(10_100, timeOf(Verdict.GONE, interval, 20_000));
        assertEquals(20_200, alive.silence(now));
    }

    @Test
    void howeverShortTheIntervalIsABusyPeerHasSomeSeconds() {
        Duration interval = Duration.ofMillis(300);
        assertEquals(400, timeOf(Verdict.ASK, interval, 1000));
        assertEquals(-1, timeOf(Verdict.GONE, interval, 3000));
        heard = now; // A busy server says once a second, or less often, that it is there.
        assertEquals(400, timeOf(Verdict.ASK, interval, 1000));
        assertEquals(3100, timeOf(Verdict.GONE, interval, 4000));
    }

    @Test
    void aSilentPeerIsPingedOnce() {
        Duration interval = Duration.ofSeconds(1);
        assertEquals(1100, timeOf(Verdict.ASK, interval, 2000));
        assertEquals(-1, timeOf(Verdict.ASK, interval, 2900));
    }

    @Test
    void whateverComesCountsAsAnAnswer() {
        Duration interval = Duration.ofSeconds(1);
        for (int i = 0; i < 20; i++) {
            timeOf(Verdict.ASK, interval, 2000);
            heard = now + 1;
            assertEquals(Verdict.ALIVE, look(interval, 100));
        }
        assertEquals(-1, timeOf(Verdict.GONE, interval, 3900));
    }

    @Test
    void timeInWhichThisEndStoodStillDoesNotCount() {
        Duration interval = Duration.ofSeconds(10);
        timeOf(Verdict.ASK, interval, 20_000);
        assertEquals(Verdict.ALIVE, look(interval, 60_000), "the answer may have come, and not been read");
        assertEquals(10_100, timeOf(Verdict.GONE, interval, 20_000));
    }
}
