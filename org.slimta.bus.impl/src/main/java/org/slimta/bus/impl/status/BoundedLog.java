package org.slimta.bus.impl.status;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.text.BoundedCause;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Warns of what peers and handlers do wrong, a bounded number of lines of bounded length in a time: what is left out is counted
 * and said with the next line. Thread-safe.
 */
public final class BoundedLog {

    private static final int LINES = 20;
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private long periodStart = System.nanoTime();
    private int lines;
    private long leftOut;

    /**
     * Nothing logged yet.
     *
     * @param owner whose log it is
     */
    public BoundedLog(Class<?> owner) {
        log = LoggerFactory.getLogger(owner);
    }

    /**
     * Warns that something failed. Throws nothing: a line that cannot be written, for want of memory or because the log fails,
     * is no reason to end whatever goes on behind it.
     *
     * @param what what failed, without a full stop
     * @param cause what it threw, not null
     */
    public void failed(String what, Throwable cause) {
        try {
            warn(what + ": " + Described.of(cause), cause);
        } catch (Throwable e) {
            // As told above.
        }
    }

    /**
     * Warns.
     *
     * @param message what happened; 2,000 characters of it are logged
     * @param cause with its trace, which may say anything of any length; or null
     */
    public void warn(String message, Throwable cause) {
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
        log.warn(
                "{}{}",
                Excerpt.ofLine(message),
                before == 0 ? "" : " (" + before + " more warnings were not logged)",
                cause == null ? null : BoundedCause.of(cause));
    }
}
