package org.slimta.bus.impl.status;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * Counts how the transactions of one bus end, and how long they take. The first 4,096 are all timed, then a random one
 * in sixteen: reading the clock is most of the cost. Thread-safe.
 */
public final class Meter {

    /** The number of histogram steps within a factor of two: a quantile is off by at most 1/16. */
    private static final int STEPS = 8;

    private static final int STEP_BITS = 3;
    private static final int DOUBLINGS = 44; // Of nanoseconds: up to five hours.
    private static final int ALL_TIMED = 4096;
    private static final int SAMPLE_INTERVAL = 16;

    private final LongAdder answered = new LongAdder();
    private final LongAdder[] failed = new LongAdder[Reason.values().length];
    private final AtomicLongArray times = new AtomicLongArray(STEPS * DOUBLINGS);
    private final LongAdder timed = new LongAdder();
    private volatile boolean sampling; // Whether only some are timed.

    /** Creates a meter without counts. */
    public Meter() {
        for (int i = 0; i < failed.length; i++) {
            failed[i] = new LongAdder();
        }
    }

    /**
     * Counts a transaction that has ended with responses.
     *
     * @param startNanos when it began, a time of {@link System#nanoTime()}
     */
    public void answered(long startNanos) {
        answered.increment();
        if (!sampling || ThreadLocalRandom.current().nextInt(SAMPLE_INTERVAL) == 0) {
            times.incrementAndGet(step(System.nanoTime() - startNanos));
            if (!sampling) {
                timed.increment();
                sampling = timed.sum() >= ALL_TIMED;
            }
        }
    }

    /**
     * Counts a transaction that has failed.
     *
     * @param reason the reason, not null
     */
    public void failed(Reason reason) {
        failed[reason.ordinal()].increment();
    }

    /**
     * Counts a transaction as failed that was counted as answered: its responses could not be read or sent.
     *
     * @param reason the reason, not null
     */
    public void failedAfterAll(Reason reason) {
        answered.decrement();
        failed(reason);
    }

    /**
     * Returns how many transactions have failed for a reason.
     *
     * @param reason the reason, not null
     * @return their number
     */
    public long failures(Reason reason) {
        return failed[reason.ordinal()].sum();
    }

    /**
     * Reports the counts and the quantiles. Does not block.
     *
     * @param bus where to write them, not null
     */
    public void report(BusDTO bus) {
        bus.answered = answered.sum();
        Map<String, Long> reasons = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            if (failures(reason) > 0) {
                reasons.put(reason.name(), failures(reason));
            }
        }
        bus.failed = reasons;
        long[] counts = new long[times.length()];
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = times.get(i);
            total += counts[i];
        }
        bus.latency50 = micros(counts, total, 0.5);
        bus.latency99 = micros(counts, total, 0.99);
        bus.latency999 = micros(counts, total, 0.999);
    }

    /** {@return the quantile in microseconds, or -1 if nothing was timed} */
    private static long micros(long[] counts, long total, double quantile) {
        if (total == 0) {
            return -1;
        }
        long wanted = Math.max(1, (long) Math.ceil(total * quantile));
        long seen = 0;
        int step = 0;
        while (seen < wanted && step < counts.length) {
            seen += counts[step++];
        }
        return Math.round(middle(step - 1) / 1000.0);
    }

    /**
     * {@return the histogram step of a duration} The first steps are one nanosecond wide; after these each doubling has
     * {@link #STEPS}.
     */
    static int step(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int step = ((doubling - STEP_BITS + 1) << STEP_BITS) + (int) (nanos >>> (doubling - STEP_BITS)) - STEPS;
        return Math.min(step, STEPS * DOUBLINGS - 1);
    }

    /** {@return the middle of a histogram step, in nanoseconds} */
    static double middle(int step) {
        if (step < STEPS) {
            return step;
        }
        int doubling = (step >>> STEP_BITS) + STEP_BITS - 1;
        double width = (double) (1L << (doubling - STEP_BITS));
        return (1L << doubling) + (step & STEPS - 1) * width + width / 2;
    }
}
