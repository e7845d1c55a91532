package org.slimta.bus.impl.concurrent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A short spin before a thread goes to sleep. To wake a thread costs more than most waits between two busy ends of a bus last, so
 * a few threads at a time, no more than there are processors, first leave the processor to others again and again. Thread-safe.
 */
public final class SpinWait {

    private static final long MAX_SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final AtomicInteger SPINNING = new AtomicInteger();

    private SpinWait() {}

    /**
     * Waits 50 us at most for something to become true. Not interruptible.
     *
     * @param condition what is to become true; any number of calls, quick, on this thread
     * @return whether it has
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
