package org.slimta.bus.chaos;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what has to come. */
final class Await {

    private Await() {}

    /** Waits until it is so, and fails if it takes too long. */
    static void until(String what, Duration atMost, Callable<Boolean> isSo) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!isSo.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + atMost.toMillis() + " ms: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
