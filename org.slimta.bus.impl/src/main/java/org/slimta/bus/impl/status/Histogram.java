package org.slimta.bus.impl.status;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in steps: {@value #STEPS} between each duration and its double, so a quantile is off by at most
 * 1/16. Thread-safe.
 */
final class Histogram {

    private static final int STEPS = 8;
    private static final int STEP_BITS = 3;
    private static final int DOUBLINGS = 44; // Of nanoseconds: up to five hours.

    private final AtomicLongArray counts = new AtomicLongArray(STEPS * DOUBLINGS);

    /**
     * The counts of a moment.
     *
     * @param first the step of the first count
     * @param counts the counts of that step and the following ones, until the last one that is not 0; not to be changed
     */
    record Snapshot(int first, long[] counts) {

        static final Snapshot EMPTY = new Snapshot(0, new long[0]);

        private long at(int step) {
            int index = step - first;
            return index >= 0 && index < counts.length ? counts[index] : 0;
        }

        /** {@return what was counted since an earlier snapshot of the same histogram} */
        Snapshot since(Snapshot earlier) {
            long[] more = new long[counts.length];
            for (int i = 0; i < more.length; i++) {
                more[i] = counts[i] - earlier.at(first + i);
            }
            return new Snapshot(first, more);
        }

        /** {@return a quantile in microseconds, or -1 if nothing was counted} */
        long micros(double quantile) {
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            if (total == 0) {
                return -1;
            }
            long wanted = Math.max(1, (long) Math.ceil(total * quantile));
            long seen = 0;
            int index = 0;
            while (seen < wanted && index < counts.length) {
                seen += counts[index++];
            }
            return Math.round(middle(first + index - 1) / 1000.0);
        }
    }

    /**
     * Counts a duration.
     *
     * @param nanos the duration in nanoseconds
     * @param times how many times to count it
     */
    void add(long nanos, int times) {
        counts.addAndGet(step(nanos), times);
    }

    /** {@return the counts now} */
    Snapshot snapshot() {
        int first = 0;
        int end = counts.length();
        while (first < end && counts.get(first) == 0) {
            first++;
        }
        while (end > first && counts.get(end - 1) == 0) {
            end--;
        }
        long[] copy = new long[end - first];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(first + i);
        }
        return copy.length == 0 ? Snapshot.EMPTY : new Snapshot(first, copy);
    }

    /**
     * {@return the step of a duration} The first steps are one nanosecond wide; after these each doubling has
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

    /** {@return the middle of a step, in nanoseconds} */
    static double middle(int step) {
        if (step < STEPS) {
            return step;
        }
        int doubling = (step >>> STEP_BITS) + STEP_BITS - 1;
        double width = (double) (1L << (doubling - STEP_BITS));
        return (1L << doubling) + (step & STEPS - 1) * width + width / 2;
    }
}
