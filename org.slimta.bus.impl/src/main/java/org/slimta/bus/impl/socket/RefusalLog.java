package org.slimta.bus.impl.socket;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/**
 * Counts by their reasons what was refused, and logs it, a bounded number of lines in a time: what is left out is counted and said with the next line.
 * Thread-safe.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int LINES = 20;
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);
    private long periodStart = System.nanoTime();
    private int lines;
    private long leftOut;

    RefusalLog() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    /** How often something was refused for a reason. */
    long count(Reason reason) {
        return counts.get(reason).sum();
    }

    void refused(BusException failure) {
        counts.get(failure.reason()).increment();
        long before;
        synchronized (this) {
            long now = System.nanoTime();
            if (now - periodStart > PERIOD) {
                periodStart = now;
                lines = 0;
            }
            if (lines == LINES) {
                leftOut++;
                return;
            }
            lines++;
            before = leftOut;
            leftOut = 0;
        }
        LOG.warn(
                "A transaction was refused ({}): {}{}",
                failure.reason(),
                failure.getMessage(),
                before == 0 ? "" : " (" + before + " like it were not logged)");
        LOG.debug("It was refused here", failure);
    }
}
