package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;

/**
 * Logs what peers did wrong, a bounded number of lines in a time: what is left out is counted and said with the next line.
 * Thread-safe.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int LINES = 20;
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

    private long periodStart = System.nanoTime();
    private int lines;
    private long leftOut;

    void refused(BusException failure) {
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
