package org.slimta.bus.impl.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitingThreadsTest {

    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(50);

    private final WaitingThreads waiting = new WaitingThreads();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger permits = new AtomicInteger();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private boolean take() {
        int now = permits.get();
        return now > 0 && permits.compareAndSet(now, now - 1);
    }

    private Void await() throws InterruptedException {
        waiting.enter();
        try {
            long left = LONG_NANOS;
            while (!take()) {
                if (left <= 0) {
                    throw new IllegalStateException("nobody has woken this thread");
                }
                left = waiting.await(left);
            }
        } finally {
            waiting.leave();
        }
        return null;
    }

    /** The change may come before a thread is counted, after that, or when it waits: none may miss it. */
    @Test
    void noThreadMissesAChange() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            Future<?> taking = threads.submit(this::await);
            permits.incrementAndGet();
            waiting.wakeOne();
            taking.get(50, TimeUnit.SECONDS);
        }
        assertEquals(0, permits.get());
    }

    @Test
    void allAreWoken() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(threads.submit(this::await));
        }
        permits.set(8);
        waiting.wakeAll();
        for (Future<?> each : all) {
            each.get(50, TimeUnit.SECONDS);
        }
    }

    @Test
    void anInterruptEndsAWait() {
        Future<?> waits = threads.submit(this::await);
        threads.shutdownNow();
        ExecutionException ended = assertThrows(ExecutionException.class, () -> waits.get(50, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, ended.getCause().getClass());
    }
}
