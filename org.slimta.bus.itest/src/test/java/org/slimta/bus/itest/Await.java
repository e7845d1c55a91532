package org.slimta.bus.itest;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until a condition holds, and fails when it does not hold within 60 s. Also used in containers without JUnit. */
final class Await {

    private static final long AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long BETWEEN_CHECKS_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** The state of what is waited for, in words. */
    @FunctionalInterface
    interface State {
        String asText() throws Exception;
    }

    private Await() {}

    static void until(String what, Callable<Boolean> condition) {
        until(what, () -> "", condition);
    }

    /** Waits for a condition; a failure says the state at that moment, too. */
    static void until(String what, State state, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + AT_MOST_NANOS;
        try {
            while (!condition.call()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not in time: " + what + ". " + state.asText());
                }
                pause();
            }
        } catch (Exception e) {
            throw new AssertionError("while waiting until " + what, e);
        }
    }

    /** The time between two checks, for what is repeated for as long as the test goes on. */
    static void pause() {
        LockSupport.parkNanos(BETWEEN_CHECKS_NANOS);
    }
}
