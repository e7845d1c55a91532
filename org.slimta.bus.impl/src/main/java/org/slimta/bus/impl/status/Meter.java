package org.slimta.bus.impl.status;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * Counts how the transactions of one bus end, and how long they take. Of many it times a random one in sixteen: to look at the
 * clock is most of what it costs. Thread-safe.
 */
public final class Meter {

    /** Within a factor of two there are so many steps: a quantile is off by 1/16 at most. */
    private static final int STEPS = 8;

    private static final int STEP_BITS = 3;
    private static final int DOUBLINGS = 44; // of nanoseconds: five hours
    private static final int FEW = 4096;
    private static final int ONE_OF = 16;

    private final LongAdder answered = new LongAdder();
    private final LongAdder[] failed = new LongAdder[Reason.values().length];
    private final AtomicLongArray times = new AtomicLongArray(STEPS * DOUBLINGS);
    private final LongAdder timed = new LongAdder();
    private volatile boolean many;

    /** Nothing counted. */
    public Meter() {
        for (int i = 0; i < failed.length; i++) {
            failed[i] = new LongAdder();
        }
    }

    /**
     * A transaction has ended with responses.
     *
     * @param start when it began, a time of {@link System#nanoTime()}
     */
    public void answered(long start) {
        answered.increment();
        if (!many || ThreadLocalRandom.current().nextInt(ONE_OF) == 0) {
            times.incrementAndGet(step(System.nanoTime() - start));
            if (!many) {
                timed.increment();
                many = timed.sum() >= FEW;
            }
        }
    }

    /**
     * A transaction has failed.
     *
     * @param reason why
     */
    public void failed(Reason reason) {
        failed[reason.ordinal()].increment();
    }

    /**
     * A transaction that was counted as answered has failed after all: what answered it could not be read.
     *
     * @param reason why
     */
    public void failedAfterAll(Reason reason) {
        answered.decrement();
        failed(reason);
    }

    /**
     * How many have failed.
     *
     * @param reason for which reason
     * @return their number
     */
    public long failures(Reason reason) {
        return failed[reason.ordinal()].sum();
    }

    /**
     * Writes down what was counted.
     *
     * @param bus where to
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
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = times.get(i);
            all += counts[i];
        }
        bus.latency50 = micros(counts, all, 0.5);
        bus.latency99 = micros(counts, all, 0.99);
        bus.latency999 = micros(counts, all, 0.999);
    }

    private static long micros(long[] counts, long all, double part) {
        if (all == 0) {
            return -1;
        }
        long wanted = Math.max(1, (long) Math.ceil(all * part));
        long seen = 0;
        int step = 0;
        while (seen < wanted && step < counts.length) {
            seen += counts[step++];
        }
        return Math.round(middle(step - 1) / 1000.0);
    }

    /** The first steps are one nanosecond wide; then there are {@link #STEPS} for each doubling. */
    static int step(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int step = (doubling - STEP_BITS + 1 << STEP_BITS) + (int) (nanos >>> doubling - STEP_BITS) - STEPS;
        return Math.min(step, STEPS * DOUBLINGS - 1);
    }

    static double middle(int step) {
        if (step < STEPS) {
            return step;
        }
        int doubling = (step >>> STEP_BITS) + STEP_BITS - 1;
        double width = (double) (1L << doubling - STEP_BITS);
        return (1L << doubling) + (step & STEPS - 1) * width + width / 2;
    }
}
