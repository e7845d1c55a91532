package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bytes that wait to leave are counted, and are late only if they have waited too long themselves. */
class BacklogTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TIMEOUT = 10 * SECOND;
    private static final long RATE = 1000;

    private final AtomicLong now = new AtomicLong(SECOND);
    private Runnable onClock = () -> {};
    private final Backlog backlog = new Backlog(this::tell);

    private long tell() {
        Runnable action = onClock;
        onClock = () -> {};
        action.run();
        return now.get();
    }

    private String overdue() {
        return backlog.overdue(TIMEOUT, RATE);
    }

    @Test
    void whatStandsStillIsLate() {
        assertNull(overdue());
        backlog.add(10);
        backlog.add(20);
        assertEquals(30, backlog.size());
        now.addAndGet(TIMEOUT);
        assertNull(overdue());
        now.addAndGet(1);
        assertEquals("within 10000 ms (frameTimeout)", overdue());
        backlog.moved(30);
        backlog.remove(30);
        assertEquals(0, backlog.size());
        assertNull(overdue());
        assertEquals(now.get(), backlog.progress());
    }

    @Test
    void whatIsWithdrawnHasNotLeft() {
        backlog.add(10);
        backlog.add(20);
        long before = backlog.progress();
        now.addAndGet(TIMEOUT + 1);
        backlog.remove(20);
        assertEquals(before, backlog.progress());
        assertNotNull(overdue());
    }

    /** A check sees bytes that wait and then leave: bytes that come later have not waited since that time. */
    @Test
    void bytesThatLeaveDuringACheckDoNotMakeTheNextOnesLate() {
        backlog.add(10);
        now.addAndGet(SECOND);
        onClock = () -> {
            backlog.moved(10);
            backlog.remove(10);
        };
        assertNull(overdue());
        now.addAndGet(100 * SECOND);
        assertNull(overdue());
        backlog.add(10);
        assertNull(overdue());
        now.addAndGet(TIMEOUT + 1);
        assertNotNull(overdue());
    }

    /**
     * Many threads add, one removes and one checks. The count returns to zero, and no byte that leaves at once was
     * late.
     */
    @Test
    void stress() throws Exception {
        AtomicLong time = new AtomicLong();
        Backlog stressed = new Backlog(time::get);
        LinkedBlockingQueue<Long> queue = new LinkedBlockingQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> adding = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            adding.add(threads.submit(() -> {
                for (long n = 1; n <= 100_000; n++) {
                    stressed.add(n);
                    queue.add(n);
                    while (queue.size() > 3) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        Future<?> taking = threads.submit(() -> {
            for (int i = 0; i < 200_000; i++) {
                long n = queue.poll(20, TimeUnit.SECONDS);
                stressed.moved(n);
                stressed.remove(n);
                if (stressed.size() == 0) {
                    time.addAndGet(TIMEOUT); // Nothing waits, so this makes no difference.
                }
            }
            return null;
        });
        while (!taking.isDone()) {
            stressed.overdue(TIMEOUT, RATE);
        }
        taking.get(20, TimeUnit.SECONDS);
        for (Future<?> each : adding) {
            each.get(20, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
        assertEquals(0, stressed.size());
        time.addAndGet(100 * TIMEOUT);
        assertNull(stressed.overdue(TIMEOUT, RATE));
        stressed.add(1);
        assertNull(stressed.overdue(TIMEOUT, RATE));
    }
}
