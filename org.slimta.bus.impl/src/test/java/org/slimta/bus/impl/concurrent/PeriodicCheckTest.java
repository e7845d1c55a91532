package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;

/** Checks that nothing ends but whoever owns them. */
class PeriodicCheckTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ManualTimer timer = new ManualTimer();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong next = new AtomicLong(INTERVAL.toNanos());

    private final PeriodicCheck check = new PeriodicCheck(timer, INTERVAL, () -> {
        calls.incrementAndGet();
        return next.get();
    });

    @Test
    void isNotCalledBeforeItIsWoken() {
        timer.advance(Duration.ofHours(1));
        assertEquals(0, calls.get());
    }

    @Test
    void isCalledAgainAndAgain() {
        check.wake();
        timer.advance(Duration.ofMillis(1000));
        assertEquals(10, calls.get());
    }

    @Test
    void wakingItOftenMakesNoMoreCalls() {
        for (int i = 0; i < 1000; i++) {
            check.wake();
        }
        assertEquals(1, timer.pending());
        timer.advance(INTERVAL);
        assertEquals(1, calls.get());
    }

    @Test
    void restsUntilItIsWokenWhenThereIsNothingToCheck() {
        next.set(PeriodicCheck.NOT_AGAIN);
        check.wake();
        timer.advance(Duration.ofHours(1));
        assertEquals(1, calls.get());
        assertEquals(0, timer.pending());
        check.wake();
        timer.advance(Duration.ofHours(1));
        assertEquals(2, calls.get());
    }

    @Test
    void anEarlierTimeReplacesALaterOne() {
        next.set(PeriodicCheck.NOT_AGAIN);
        check.wakeAt(timer.now() + Duration.ofSeconds(10).toNanos());
        check.wakeAt(timer.now() + Duration.ofSeconds(20).toNanos());
        check.wakeAt(timer.now() + Duration.ofSeconds(1).toNanos());
        assertEquals(1, timer.pending());
        timer.advance(Duration.ofMillis(999));
        assertEquals(0, calls.get());
        timer.advance(Duration.ofMillis(1));
        assertEquals(1, calls.get());
        timer.advance(Duration.ofHours(1));
        assertEquals(1, calls.get());
    }

    @Test
    void aCheckThatThrowsIsLoggedAndCalledAgain() {
        try (CapturedLog log = new CapturedLog()) {
            PeriodicCheck failing = new PeriodicCheck(timer, INTERVAL, () -> {
                calls.incrementAndGet();
                throw new OutOfMemoryError("a moment without threads");
            });
            failing.wake();
            timer.advance(Duration.ofSeconds(1));
            assertEquals(10, calls.get());
            log.await("a moment without threads");
        }
    }

    /** Without memory neither the line of the log nor the next call can be made at once. */
    @Test
    void neitherALogThatFailsNorATimerThatRefusesEndsIt() {
        PeriodicCheck[] self = new PeriodicCheck[1];
        self[0] = new PeriodicCheck(timer, INTERVAL, () -> {
            if (calls.incrementAndGet() == 1) {
                timer.refuse(new IllegalStateException("no memory"));
                new Thread(() -> {
                            while (Thread.currentThread().getState() == Thread.State.NEW || calls.get() < 1) {
                                Thread.onSpinWait();
                            }
                            timer.refuse(null);
                        })
                        .start();
                throw new IllegalStateException() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public String toString() {
                        throw new OutOfMemoryError("none for this either");
                    }
                };
            }
            return PeriodicCheck.NOT_AGAIN;
        });
        self[0].wake();
        timer.advance(Duration.ofHours(1));
        assertEquals(2, calls.get());
    }

    @Test
    void aCancelledCheckIsNotCalledUntilItIsWoken() {
        next.set(PeriodicCheck.NOT_AGAIN);
        check.wake();
        check.cancel();
        assertEquals(0, timer.pending());
        timer.advance(Duration.ofHours(1));
        assertEquals(0, calls.get());
        check.wake();
        timer.advance(Duration.ofHours(1));
        assertEquals(1, calls.get());
    }

    @Test
    void aWakeUpWhileTheCheckRunsIsNotLost() {
        PeriodicCheck[] self = new PeriodicCheck[1];
        self[0] = new PeriodicCheck(timer, INTERVAL, () -> {
            if (calls.incrementAndGet() == 1) {
                self[0].wake();
            }
            return PeriodicCheck.NOT_AGAIN;
        });
        self[0].wake();
        timer.advance(Duration.ofHours(1));
        assertEquals(2, calls.get());
    }

    @Test
    void aTimerThatRefusesOnceEndsNothing() {
        timer.refuse(new IllegalStateException("no threads"));
        assertThrows(IllegalStateException.class, check::wake);
        timer.refuse(null);
        check.wake();
        timer.advance(INTERVAL);
        assertEquals(1, calls.get());
    }

    @Test
    void isNotCalledOnceItIsClosed() {
        check.wake();
        check.close();
        check.wake();
        check.wakeAt(timer.now());
        timer.advance(Duration.ofHours(1));
        assertEquals(0, calls.get());
        assertEquals(0, timer.pending());
    }
}
