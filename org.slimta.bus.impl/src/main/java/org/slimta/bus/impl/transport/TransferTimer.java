package org.slimta.bus.impl.transport;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures how long a transfer takes and how fast it is: of a frame that arrives, or of the bytes that wait to be sent.
 * A transfer has a time limit, which grows with its size, and must never stand still for as long as that; so a byte now
 * and then gains it nothing. Time during which this end does not read does not count. Changed by one thread at a time,
 * read by any.
 */
public final class TransferTimer {

    /** Instead of a time: there is none. */
    private static final long NONE = 0;

    private final LongSupplier clock;
    private volatile long start = NONE;
    private volatile long pausedAt = NONE;
    private volatile long lastMoved;
    private volatile long bytes;

    /**
     * Creates a timer whose transfer has not begun.
     *
     * @param clock gives the time, as {@link System#nanoTime()} does
     */
    public TransferTimer(LongSupplier clock) {
        this.clock = clock;
    }

    private long now() {
        return notNone(clock.getAsLong());
    }

    private static long notNone(long time) {
        return time == NONE ? 1 : time;
    }

    /** A transfer begins, unless one has begun already. */
    public void begin() {
        if (start == NONE) {
            beginAnew();
        }
    }

    /** A transfer begins, whether one has begun already or not. */
    public void beginAnew() {
        long now = now();
        bytes = 0;
        lastMoved = now;
        start = now;
        if (pausedAt != NONE) {
            pausedAt = now;
        }
    }

    public boolean hasBegun() {
        return start != NONE;
    }

    /**
     * The time at which the transfer began, by the clock. It may end at any time, so this reads it once: a caller must
     * not ask first whether it has begun, and then when.
     *
     * @param otherwise the value to return if it has not begun
     */
    public long startOr(long otherwise) {
        long since = start;
        return since == NONE ? otherwise : since;
    }

    /** Whether the transfer takes longer than some nanoseconds, and is not paused. */
    public boolean takesLongerThan(long nanos) {
        long since = start;
        // In this order at the end, as below: resume() moves the beginning before the pause is over.
        return since != NONE && pausedAt == NONE && now() - since > nanos && pausedAt == NONE && since == start;
    }

    /** Some bytes of the transfer have moved. */
    public void moved(long count) {
        bytes += count;
        lastMoved = now();
    }

    /** The transfer has ended. */
    public void end() {
        start = NONE;
    }

    /** This end stops reading, until {@link #resume()}. */
    public void pause() {
        if (pausedAt == NONE) {
            pausedAt = now();
        }
    }

    /** This end reads again: the time of the pause does not count. */
    public void resume() {
        long since = pausedAt;
        if (since == NONE) {
            return;
        }
        if (start != NONE) {
            long pause = now() - since;
            lastMoved += pause;
            start = notNone(start + pause);
        }
        pausedAt = NONE;
    }

    /**
     * Checks whether the transfer takes too long.
     *
     * @param timeout the time limit of the transfer, and of standing still, in nanoseconds
     * @param rate the number of bytes for which the transfer has a second more
     * @return the end of a sentence such as "no complete frame arrived", with the names of the options; null if the
     *     transfer is in time
     */
    public String overdue(long timeout, long rate) {
        long since = start;
        long moved = lastMoved;
        if (since == NONE || pausedAt != NONE) {
            return null;
        }
        String late = overdue(now(), since, moved, timeout, rate);
        // It may have ended, moved or been paused since its beginning was read: then these times are not of one moment.
        // Whether it is paused is read first: resume() moves the beginning before the pause is over.
        return late == null || (pausedAt == NONE && since == start && moved == lastMoved) ? late : null;
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
                            + " ms (frameTimeout " + millis + " ms, minRate " + rate + " bytes per second)";
        }
        return null;
    }
}
