package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.slimta.bus.impl.fixture.Await;

/** Workers whose time the test moves. */
abstract class WorkersFixture {

    final ManualTimer timer = new ManualTimer();
    final DaemonThreads daemons = new DaemonThreads("workers-test-");
    final CountDownLatch release = new CountDownLatch(1);

    Workers workers;

    Workers workers(int most, ThreadFactory factory) {
        return workers(most, factory, factory);
    }

    Workers workers(int most, ThreadFactory factory, ThreadFactory spare) {
        workers = new Workers(most, factory, spare, timer, new DeferredFlushes(timer));
        return workers;
    }

    @AfterEach
    void close() {
        release.countDown();
        workers.close();
    }

    /** Lets time pass for the workers until something has come true. */
    void advanceUntil(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            timer.advance(Duration.ofMillis(2));
            return condition.getAsBoolean();
        });
    }

    void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
