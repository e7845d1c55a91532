package org.slimta.bus.impl.grizzly;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many bytes wait to leave, and whether they leave fast enough. Any thread adds some; those leave by one thread at a time.
 * Thread-safe.
 */
final class Backlog {

    private final LongSupplier clock;
    private final AtomicLong bytes = new AtomicLong();
    private final TransferTimer pace;
    private volatile long progress;

    /**
     * Nothing waits.
     *
     * @param clock tells the time, as {@link System#nanoTime()} does
     */
    Backlog(LongSupplier clock) {
        this.clock = clock;
        this.pace = new TransferTimer(clock);
        this.progress = clock.getAsLong();
    }

    /** Adds some bytes. */
    void add(long count) {
        if (bytes.getAndAdd(count) == 0) {
            progress = clock.getAsLong();
            pace.beginAnew(); // What was before does not count, even if nobody has noticed its end yet.
        }
    }

    /** Some bytes have left, and are to be taken away by {@link #remove} when all that belongs to them has. */
    void moved(long count) {
        progress = clock.getAsLong();
        pace.moved(count);
    }

    /** Takes bytes away, which have left or are not wanted any more. */
    void remove(long count) {
        if (bytes.addAndGet(-count) == 0) {
            pace.end();
        }
    }

    /** How many bytes wait. */
    long size() {
        return bytes.get();
    }

    /** When something left last, as {@link System#nanoTime()}; only of use while something waits. */
    long progress() {
        return progress;
    }

    /**
     * Tells whether what waits leaves too slowly. Called by one thread at a time.
     *
     * @param timeout the time for the whole, and to stand still at most, in nanoseconds
     * @param rate for how many bytes there is a second more
     * @return what is wrong, as {@link TransferTimer#overdue} says it; or null
     */
    String overdue(long timeout, long rate) {
        if (size() == 0) {
            return null;
        }
        if (!pace.hasBegun()) {
            // What was added just when all before it had left was taken for a part of that.
            pace.begin();
            if (size() == 0) {
                pace.end();
            }
            return null;
        }
        String late = pace.overdue(timeout, rate);
        return size() == 0 ? null : late;
    }
}
