package org.slimta.bus.impl.grizzly;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long something has been on its way, and how fast: a frame that arrives, or what waits to be taken. It has a time for the
 * whole, more of it for what is large, and must not stand still; a byte now and then gains it nothing. Time during which we
 * have stopped reading does not count. Written by one thread at a time, read by any.
 */
final class TransferTimer {

    private static final long NONE = 0;

    private final LongSupplier clock;
    private volatile long start = NONE;
    private volatile long heldUp = NONE;
    private volatile long last;
    private volatile long bytes;

    /**
     * Nothing has begun.
     *
     * @param clock tells the time, as {@link System#nanoTime()} does
     */
    TransferTimer(LongSupplier clock) {
        this.clock = clock;
    }

    private long now() {
        return some(clock.getAsLong());
    }

    private static long some(long time) {
        return time == NONE ? 1 : time;
    }

    /** Something begins, unless it has begun already. */
    void begin() {
        if (start == NONE) {
            beginAnew();
        }
    }

    /** Something begins, whatever was before. */
    void beginAnew() {
        long now = now();
        bytes = 0;
        last = now;
        start = now;
        if (heldUp != NONE) {
            heldUp = now;
        }
    }

    boolean hasBegun() {
        return start != NONE;
    }

    /**
     * When it began, by the clock. It may end at any time, so this is read once: nobody may ask whether it has begun and then
     * when.
     *
     * @param otherwise what is returned if it has not begun
     */
    long startOr(long otherwise) {
        long since = start;
        return since == NONE ? otherwise : since;
    }

    /** Whether it has been on its way for longer than that, in nanoseconds, and is not held up. */
    boolean takesLongerThan(long nanos) {
        long since = start;
        // At the end in this order, as below: whoever goes on moves the beginning before it is not held up any more.
        return since != NONE && heldUp == NONE && now() - since > nanos && heldUp == NONE && since == start;
    }

    /** Some of it has moved. */
    void moved(long count) {
        bytes += count;
        last = now();
    }

    /** It is at its end. */
    void end() {
        start = NONE;
    }

    /** Nothing is asked for, until {@link #goOn()}. */
    void holdUp() {
        if (heldUp == NONE) {
            heldUp = now();
        }
    }

    void goOn() {
        long since = heldUp;
        if (since == NONE) {
            return;
        }
        if (start != NONE) {
            long pause = now() - since;
            last += pause;
            start = some(start + pause);
        }
        heldUp = NONE;
    }

    /**
     * Tells what is wrong with it.
     *
     * @param timeout the time for the whole, and to stand still at most, in nanoseconds
     * @param rate for how many bytes there is a second more
     * @return what comes after "it does not arrive", with the names of the options; null if there is nothing wrong
     */
    String overdue(long timeout, long rate) {
        long since = start;
        long moved = last;
        if (since == NONE || heldUp != NONE) {
            return null;
        }
        String late = overdue(now(), since, moved, timeout, rate);
        // It may have ended, moved or been held up since its beginning was read: then these times are not of one moment.
        // Whether it is held up is looked at first: whoever goes on moves the beginning before that is over.
        return late == null || heldUp == NONE && since == start && moved == last ? late : null;
    }

    private String overdue(long now, long since, long moved, long timeout, long rate) {
        long seconds = bytes / rate;
        long millis = TimeUnit.NANOSECONDS.toMillis(timeout);
        if (now - moved > timeout) {
            return "within " + millis + " ms (frameTimeout)";
        }
        if (now - since > timeout && now - since - timeout > TimeUnit.SECONDS.toNanos(seconds)) {
            return seconds == 0
                    ? "within " + millis + " ms (frameTimeout)"
                    : "fast enough: only " + bytes + " bytes within " + TimeUnit.NANOSECONDS.toMillis(now - since)
                            + " ms (frameTimeout " + millis + " ms, minRate " + rate + " bytes a second)";
        }
        return null;
    }
}
