package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * The connections that are being closed in order. Their time is bounded, and so are the bytes that they have not
 * written. Thread-safe.
 */
final class OrderlyCloses {

    private static final BoundedLog LOG = new BoundedLog(OrderlyCloses.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** A connection that is being closed. */
    interface ClosingConnection {

        /** Returns how many bytes are not written yet. */
        long unsentBytes();

        /** Whether it still has something to send. */
        boolean isSending();

        /** Ends it if it takes too long. */
        void checkTimeouts(long now);

        /** Closes it now. */
        void close();
    }

    private final Timer timer;
    private final PeriodicCheck check;
    private final long maxUnsentBytes;
    private final Set<ClosingConnection> all = new LinkedHashSet<>(); // Guarded by this.

    /**
     * Creates an empty set.
     *
     * @param timer for periodic checks
     * @param maxUnsentBytes the maximum number of bytes that all connections together may still have to write
     */
    OrderlyCloses(Timer timer, long maxUnsentBytes) {
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
        this.maxUnsentBytes = maxUnsentBytes;
    }

    /** Checks a connection until it is removed. */
    void add(ClosingConnection closing) {
        synchronized (this) {
            all.add(closing);
        }
        check.wake();
    }

    synchronized void remove(ClosingConnection closing) {
        if (all.remove(closing)) {
            notifyAll();
        }
    }

    private synchronized List<ClosingConnection> snapshot() {
        return new ArrayList<>(all);
    }

    /** Ends what takes too long. If the connections together have too many unsent bytes, the oldest ones are closed. */
    private long check() {
        List<ClosingConnection> seen = snapshot();
        long now = timer.now();
        long unsent = 0;
        for (ClosingConnection each : seen) {
            checkTimeouts(each, now);
            unsent += each.unsentBytes();
        }
        for (int i = 0; i < seen.size() && unsent > maxUnsentBytes; i++) {
            long own = seen.get(i).unsentBytes();
            if (own > 0) {
                unsent -= own;
                seen.get(i).close();
            }
        }
        return seen.isEmpty() ? PeriodicCheck.NOT_AGAIN : INTERVAL.toNanos();
    }

    private static void checkTimeouts(ClosingConnection closing, long now) {
        try {
            closing.checkTimeouts(now);
        } catch (RuntimeException | Error e) {
            LOG.failed("The check of a connection that is being closed failed; the connection is closed now", e);
            closing.close();
        }
    }

    /** A connection has sent everything. */
    synchronized void onSent() {
        notifyAll();
    }

    /**
     * Waits until all connections have sent everything, then closes them. An interrupt ends the wait and stays set.
     *
     * @param timeout the maximum time to wait
     */
    void await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<ClosingConnection> left;
        synchronized (this) {
            try {
                long millis;
                while (all.stream().anyMatch(ClosingConnection::isSending)
                        && (millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) > 0) {
                    wait(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            left = new ArrayList<>(all);
        }
        left.forEach(ClosingConnection::close);
    }
}
