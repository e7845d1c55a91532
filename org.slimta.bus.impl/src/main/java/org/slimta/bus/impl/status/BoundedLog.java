package org.slimta.bus.impl.status;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.text.BoundedCause;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Logs warnings about peers and user code: at most 20 lines a minute, each of bounded length. The next line after a gap
 * tells how many were suppressed. Thread-safe.
 */
public final class BoundedLog {

    private static final int MAX_LINES = 20;
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private long periodStart = System.nanoTime();
    private int lines;
    private long suppressed;

    /**
     * Creates a log with a limit of its own.
     *
     * @param owner the class that names the logger, not null
     */
    public BoundedLog(Class<?> owner) {
        this(LoggerFactory.getLogger(owner));
    }

    /**
     * Creates a log with a limit of its own.
     *
     * @param logger where it logs, not null
     */
    public BoundedLog(Logger logger) {
        log = logger;
    }

    /**
     * Logs that something failed. Throws nothing: if the line cannot be written, because memory is exhausted or the
     * logger fails, the caller must go on all the same.
     *
     * @param what what failed, without a full stop
     * @param cause what was thrown, not null
     */
    public void failed(String what, Throwable cause) {
        try {
            warn(what + ": " + Described.of(cause), cause);
        } catch (Throwable e) {
            // The caller must go on; see above.
        }
    }

    /**
     * Logs a warning, unless this minute has had its 20 lines.
     *
     * @param message what happened; at most 2,000 characters of it are logged
     * @param cause logged with its stack trace, in a bounded form; or null
     */
    public void warn(String message, Throwable cause) {
        String suffix = nextLine();
        if (suffix != null) {
            log.warn("{}{}", Excerpt.ofLine(message), suffix, cause == null ? null : BoundedCause.of(cause));
        }
    }

    /**
     * Logs what is as it should be, unless this minute has had its 20 lines.
     *
     * @param message what happened; at most 2,000 characters of it are logged
     */
    public void info(String message) {
        String suffix = nextLine();
        if (suffix != null) {
            log.info("{}{}", Excerpt.ofLine(message), suffix);
        }
    }

    /** {@return what to add to the next line, or null if there must be none now} */
    private String nextLine() {
        long before;
        synchronized (this) {
            long now = System.nanoTime();
            if (now - periodStart > PERIOD_NANOS) {
                periodStart = now;
                lines = 0;
            }
            if (lines == MAX_LINES) {
                suppressed++;
                return null;
            }
            lines++;
            before = suppressed;
            suppressed = 0;
        }
        return before == 0 ? "" : " (" + before + " similar messages suppressed)";
    }
}
