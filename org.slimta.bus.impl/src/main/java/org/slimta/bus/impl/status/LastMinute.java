package org.slimta.bus.impl.status;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.RecentDTO;

/**
 * What the counts of one bus have increased by in the last minute: the difference to the counts that were recorded a
 * minute ago. A bus without transactions records the same object again and again, which takes no memory. Thread-safe.
 */
final class LastMinute {

    private static final int PERIODS = 12;

    /** The counts of one bus at one time. */
    record Counts(long answered, long[] failed, Histogram.Snapshot times) {

        /** {@return how many have failed for one of these reasons} */
        long failed(Set<Reason> reasons) {
            long all = 0;
            for (Reason reason : reasons) {
                all += failed[reason.ordinal()];
            }
            return all;
        }
    }

    private record Recorded(long nanos, Counts counts) {}

    private final Deque<Recorded> recorded = new ArrayDeque<>(); // Guarded by this. The oldest is first.

    /**
     * Starts with the counts of a new bus.
     *
     * @param nanos the time
     * @param none the counts
     */
    LastMinute(long nanos, Counts none) {
        recorded.add(new Recorded(nanos, none));
    }

    /** {@return the counts that were recorded last} */
    synchronized Counts latest() {
        return recorded.getLast().counts();
    }

    /**
     * Records the counts. To be called every 5 seconds.
     *
     * @param nanos the time
     * @param counts the counts
     */
    synchronized void record(long nanos, Counts counts) {
        recorded.addLast(new Recorded(nanos, counts));
        if (recorded.size() > PERIODS + 1) {
            recorded.removeFirst();
        }
    }

    /**
     * Reports the last minute.
     *
     * @param nanos the time
     * @param counts the counts now
     * @return a new report
     */
    RecentDTO report(long nanos, Counts counts) {
        Recorded before;
        synchronized (this) {
            before = recorded.getFirst();
        }
        RecentDTO recent = new RecentDTO();
        recent.millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - before.nanos()));
        recent.answered = Math.max(0, counts.answered() - before.counts().answered());
        Map<String, Long> failed = new TreeMap<>();
        long allFailed = 0;
        for (Reason reason : Reason.values()) {
            long more = counts.failed()[reason.ordinal()] - before.counts().failed()[reason.ordinal()];
            if (more > 0) {
                failed.put(reason.name(), more);
                allFailed += more;
            }
        }
        recent.failed = failed;
        double seconds = recent.millis / (double) TimeUnit.SECONDS.toMillis(1);
        recent.answeredPerSecond = recent.answered / seconds;
        recent.failedPerSecond = allFailed / seconds;
        Histogram.Snapshot times = counts.times().since(before.counts().times());
        recent.latency50 = times.micros(0.5);
        recent.latency99 = times.micros(0.99);
        recent.latency999 = times.micros(0.999);
        return recent;
    }
}
