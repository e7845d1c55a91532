package org.slimta.bus.impl.grizzly;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slimta.bus.impl.transport.TransferTimer;

/**
 * Counts the bytes that wait to leave, and measures whether they leave fast enough. Any thread adds bytes; one thread
 * at a time sends them. Thread-safe.
 */
final class Backlog {

    private final LongSupplier clock;
    private final AtomicLong bytes = new AtomicLong();
    private final TransferTimer timer;
    private volatile long progress;

    /**
     * Creates an empty backlog.
     *
     * @param clock gives the time, as {@link System#nanoTime()} does
     */
    Backlog(LongSupplier clock) {
        this.clock = clock;
        this.timer = new TransferTimer(clock);
        this.progress = clock.getAsLong();
    }

    /** Adds bytes that wait. */
    void add(long count) {
        if (bytes.getAndAdd(count) == 0) {
            progress = clock.getAsLong();
            timer.beginAnew(); // The time of what was before does not count, even if its end was not noticed yet.
        }
    }

    /** Some bytes have left. They are removed by {@link #remove} when all bytes of their frames have left. */
    void moved(long count) {
        progress = clock.getAsLong();
        timer.moved(count);
    }

    /** Removes bytes that have left, or are not wanted any more. */
    void remove(long count) {
        if (bytes.addAndGet(-count) == 0) {
            timer.end();
        }
    }

    /** The number of bytes that wait. */
    long size() {
        return bytes.get();
    }

    /** The time at which bytes left last, by the clock. Meaningful only while bytes wait. */
    long progress() {
        return progress;
    }

    /**
     * Checks whether the bytes leave too slowly. To be called by one thread at a time.
     *
     * @param timeout the time limit of the whole, and of standing still, in nanoseconds
     * @param rate the number of bytes for which there is a second more
     * @return the same as {@link TransferTimer#overdue}
     */
    String overdue(long timeout, long rate) {
        if (size() == 0) {
            return null;
        }
        if (!timer.hasBegun()) {
            // Bytes that were added just when all before them had left were taken for a part of those.
            timer.begin();
            if (size() == 0) {
                timer.end();
            }
            return null;
        }
        String late = timer.overdue(timeout, rate);
        return size() == 0 ? null : late;
    }
}
