package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is late is told, with time that the test moves; and nothing else is. */
class TransferTimerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TIMEOUT = 10 * SECOND;
    private static final long RATE = 1000;

    private final AtomicLong now = new AtomicLong(-3 * SECOND);
    private Runnable onClock = () -> {};
    private final TransferTimer pace = new TransferTimer(this::tell);

    private long tell() {
        Runnable action = onClock;
        onClock = () -> {};
        action.run();
        return now.get();
    }

    private void pass(long nanos) {
        now.addAndGet(nanos);
    }

    private String overdue() {
        return pace.overdue(TIMEOUT, RATE);
    }

    @Test
    void whatHasNotBegunIsNotLate() {
        pass(100 * SECOND);
        assertNull(overdue());
        pace.begin();
        pace.end();
        pass(100 * SECOND);
        assertNull(overdue());
    }

    @Test
    void whatStandsStillIsLate() {
        pace.begin();
        pass(TIMEOUT);
        assertNull(overdue());
        pass(1);
        assertEquals("within 10000 ms (frameTimeout)", overdue());
        pace.end();
        pace.begin();
        assertNull(overdue());
    }

    @Test
    void whatIsLargeHasMoreTimeAsLongAsItMoves() {
        pace.begin();
        for (int i = 0; i < 30; i++) {
            pass(SECOND);
            pace.moved(1000);
            assertNull(overdue(), i + " s");
        }
        pass(TIMEOUT);
        assertNull(overdue());
        pass(SECOND);
        assertEquals("within 10000 ms (frameTimeout)", overdue());
    }

    @Test
    void aByteNowAndThenGainsNothing() {
        pace.begin();
        for (int i = 0; i < 10; i++) {
            pass(SECOND);
            pace.moved(600);
            assertNull(overdue());
        }
        for (int i = 0; i < 20; i++) {
            pass(SECOND);
            pace.moved(1);
        }
        assertEquals(
                "fast enough: only 6020 bytes within 30000 ms (frameTimeout 10000 ms, minRate 1000 bytes per second)",
                overdue());
    }

    @Test
    void timeInWhichNothingIsAskedForDoesNotCount() {
        pace.begin();
        pass(6 * SECOND);
        pace.pause();
        pass(100 * SECOND);
        assertNull(overdue());
        pace.pause();
        pace.resume();
        assertNull(overdue());
        pass(4 * SECOND);
        assertNull(overdue());
        pass(1);
        assertNotNull(overdue());
    }

    @Test
    void whatBeginsWhileNothingIsAskedForHasNoTimeOfBeforeAndNoneToSpare() {
        pace.pause();
        pass(100 * SECOND);
        pace.begin();
        pass(SECOND);
        pace.resume();
        pass(TIMEOUT);
        assertNull(overdue());
        pass(1);
        assertNotNull(overdue());
    }

    /** Whoever looks has read when it began, and then it goes on after a pause, before the rest is read. */
    @Test
    void aPauseThatEndsWhileSomebodyLooksIsNotTakenForTimeThatIsLost() {
        pace.begin();
        pass(SECOND);
        pace.pause();
        pass(100 * SECOND);
        pace.resume();
        onClock = () -> {
            pace.pause();
            pass(100 * SECOND);
            pace.resume();
        };
        assertNull(overdue());
        assertNull(overdue());
        onClock = () -> {
            pace.pause();
            pass(100 * SECOND);
        };
        assertNull(overdue());
    }

    @Test
    void anotherThatBeginsWhileSomebodyLooksIsNotBlamed() {
        pace.begin();
        pass(9 * SECOND);
        onClock = () -> {
            pass(2 * SECOND);
            pace.end();
            pace.begin();
        };
        assertNull(overdue());
    }

    @Test
    void whatTakesLongIsTold() {
        assertFalse(pace.takesLongerThan(SECOND));
        assertEquals(7, pace.startOr(7));
        pace.begin();
        long began = now.get();
        pass(SECOND);
        assertFalse(pace.takesLongerThan(SECOND));
        assertEquals(began, pace.startOr(7));
        pass(1);
        pace.moved(1000);
        assertTrue(pace.takesLongerThan(SECOND), "whether it moves or not");
        pace.pause();
        assertFalse(pace.takesLongerThan(SECOND), "that we do not read is no fault of the peer");
        pass(100 * SECOND);
        pace.resume();
        assertTrue(pace.takesLongerThan(SECOND));
        pace.end();
        assertFalse(pace.takesLongerThan(SECOND));
        assertEquals(7, pace.startOr(7));
    }

    /** A frame comes to its end just when somebody looks: the time of none is not the time when it began. */
    @Test
    void whatEndsWhileSomebodyLooksTakesNoLongTime() {
        pass(100 * SECOND);
        pace.begin();
        onClock = pace::end;
        assertFalse(pace.takesLongerThan(SECOND));
        pace.begin();
        onClock = () -> {
            pace.pause();
            pass(100 * SECOND);
        };
        assertFalse(pace.takesLongerThan(SECOND));
    }

    @Test
    void noTimeIsTakenForNone() {
        now.set(0);
        pace.begin();
        assertTrue(pace.hasBegun());
        pace.pause();
        pass(SECOND);
        pace.resume();
        assertTrue(pace.hasBegun());
        now.set(-5 * SECOND);
        pace.end();
        pace.begin();
        pace.pause();
        now.set(0);
        pace.resume();
        assertTrue(pace.hasBegun(), "it began 5 s before 0, and went on after 5 s");
        pace.end();
        assertFalse(pace.hasBegun());
    }

    /** What is held up for long, and otherwise quick, is never late, whenever somebody looks. */
    @Test
    void stress() throws Exception {
        AtomicLong time = new AtomicLong();
        TransferTimer stressed = new TransferTimer(time::get);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<String> looking = threads.submit(() -> {
            String late = null;
            while (!over.get() && late == null) {
                late = stressed.takesLongerThan(TIMEOUT) ? "takes long" : stressed.overdue(TIMEOUT, RATE);
            }
            return late;
        });
        for (int i = 0; i < 500_000 && !looking.isDone(); i++) {
            stressed.begin();
            time.addAndGet(SECOND);
            stressed.moved(1);
            stressed.pause();
            time.addAndGet(100 * SECOND);
            stressed.resume();
            stressed.moved(1);
            stressed.end();
        }
        over.set(true);
        assertNull(looking.get(20, TimeUnit.SECONDS));
        threads.shutdownNow();
    }
}
