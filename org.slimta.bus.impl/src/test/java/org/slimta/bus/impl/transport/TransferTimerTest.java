package org.slimta.bus.impl.transport;

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

/** A transfer that is late is recognized, and no other; the test moves the time. */
class TransferTimerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TIMEOUT = 10 * SECOND;
    private static final long RATE = 1000;

    private final AtomicLong now = new AtomicLong(-3 * SECOND);
    private Runnable onClock = () -> {};
    private final TransferTimer timer = new TransferTimer(this::tell);

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
        return timer.overdue(TIMEOUT, RATE);
    }

    @Test
    void whatHasNotBegunIsNotLate() {
        pass(100 * SECOND);
        assertNull(overdue());
        timer.begin();
        timer.end();
        pass(100 * SECOND);
        assertNull(overdue());
    }

    @Test
    void whatStandsStillIsLate() {
        timer.begin();
        pass(TIMEOUT);
        assertNull(overdue());
        pass(1);
        assertEquals("within 10000 ms (frameTimeout)", overdue());
        timer.end();
        timer.begin();
        assertNull(overdue());
    }

    @Test
    void whatIsLargeHasMoreTimeAsLongAsItMoves() {
        timer.begin();
        for (int i = 0; i < 30; i++) {
            pass(SECOND);
            timer.moved(1000);
            assertNull(overdue(), i + " s");
        }
        pass(TIMEOUT);
        assertNull(overdue());
        pass(SECOND);
        assertEquals("within 10000 ms (frameTimeout)", overdue());
    }

    @Test
    void aByteNowAndThenGainsNothing() {
        timer.begin();
        for (int i = 0; i < 10; i++) {
            pass(SECOND);
            timer.moved(600);
            assertNull(overdue());
        }
        for (int i = 0; i < 20; i++) {
            pass(SECOND);
            timer.moved(1);
        }
        assertEquals(
                "fast enough: only 6020 bytes within 30000 ms (frameTimeout 10000 ms, minRate 1000 bytes per second)",
                overdue());
    }

    @Test
    void timeInWhichReadingIsPausedDoesNotCount() {
        timer.begin();
        pass(6 * SECOND);
        timer.pause();
        pass(100 * SECOND);
        assertNull(overdue());
        timer.pause();
        timer.resume();
        assertNull(overdue());
        pass(4 * SECOND);
        assertNull(overdue());
        pass(1);
        assertNotNull(overdue());
    }

    @Test
    void aTransferThatBeginsDuringAPauseHasItsOwnTimeAndNoMore() {
        timer.pause();
        pass(100 * SECOND);
        timer.begin();
        pass(SECOND);
        timer.resume();
        pass(TIMEOUT);
        assertNull(overdue());
        pass(1);
        assertNotNull(overdue());
    }

    /** A check has read when the transfer began; then a pause ends, before the check reads the rest. */
    @Test
    void aPauseThatEndsDuringACheckIsNotTakenForLostTime() {
        timer.begin();
        pass(SECOND);
        timer.pause();
        pass(100 * SECOND);
        timer.resume();
        onClock = () -> {
            timer.pause();
            pass(100 * SECOND);
            timer.resume();
        };
        assertNull(overdue());
        assertNull(overdue());
        onClock = () -> {
            timer.pause();
            pass(100 * SECOND);
        };
        assertNull(overdue());
    }

    @Test
    void aTransferThatBeginsDuringACheckIsNotLate() {
        timer.begin();
        pass(9 * SECOND);
        onClock = () -> {
            pass(2 * SECOND);
            timer.end();
            timer.begin();
        };
        assertNull(overdue());
    }

    @Test
    void aTransferThatTakesLongIsRecognized() {
        assertFalse(timer.takesLongerThan(SECOND));
        assertEquals(7, timer.startOr(7));
        timer.begin();
        long began = now.get();
        pass(SECOND);
        assertFalse(timer.takesLongerThan(SECOND));
        assertEquals(began, timer.startOr(7));
        pass(1);
        timer.moved(1000);
        assertTrue(timer.takesLongerThan(SECOND), "whether it moves or not");
        timer.pause();
        assertFalse(timer.takesLongerThan(SECOND), "that we do not read is no fault of the peer");
        pass(100 * SECOND);
        timer.resume();
        assertTrue(timer.takesLongerThan(SECOND));
        timer.end();
        assertFalse(timer.takesLongerThan(SECOND));
        assertEquals(7, timer.startOr(7));
    }

    /** A frame ends during a check: that there is no time must not be taken for the time when it began. */
    @Test
    void aTransferThatEndsDuringACheckDoesNotTakeLong() {
        pass(100 * SECOND);
        timer.begin();
        onClock = timer::end;
        assertFalse(timer.takesLongerThan(SECOND));
        timer.begin();
        onClock = () -> {
            timer.pause();
            pass(100 * SECOND);
        };
        assertFalse(timer.takesLongerThan(SECOND));
    }

    @Test
    void noTimeIsTakenForNone() {
        now.set(0);
        timer.begin();
        assertTrue(timer.hasBegun());
        timer.pause();
        pass(SECOND);
        timer.resume();
        assertTrue(timer.hasBegun());
        now.set(-5 * SECOND);
        timer.end();
        timer.begin();
        timer.pause();
        now.set(0);
        timer.resume();
        assertTrue(timer.hasBegun(), "it began 5 s before 0, and went on after 5 s");
        timer.end();
        assertFalse(timer.hasBegun());
    }

    /** A transfer that is paused for long, and is otherwise quick, is never late, at whatever time it is checked. */
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
