package org.slimta.bus.impl.concurrent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A short spin before a thread parks. Waking a thread costs more than most waits between two busy ends of a bus take.
 * So a few threads at a time, at most as many as there are processors, first yield their processor repeatedly.
 * Thread-safe.
 */
public final class SpinWait {

    private static final long MAX_SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final AtomicInteger SPINNING = new AtomicInteger();

    private SpinWait() {}

    /**
     * Waits at most 50 us for a condition to become true. Cannot be interrupted.
     *
     * @param condition the condition; quick, called any number of times on this thread
     * @return whether it became true
     */
    public static boolean until(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        if (PROCESSORS == 1 || SPINNING.get() >= PROCESSORS) {
            return false;
        }
        SPINNING.incrementAndGet();
        try {
            long end = System.nanoTime() + MAX_SPIN_NANOS;
            do {
                Thread.yield();
                if (condition.getAsBoolean()) {
                    return true;
                }
            } while (System.nanoTime() - end < 0);
            return false;
        } finally {
            SPINNING.decrementAndGet();
        }
    }
}
