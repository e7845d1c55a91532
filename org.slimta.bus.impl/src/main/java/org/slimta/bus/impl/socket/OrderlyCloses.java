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
 * The connections that are being closed gracefully. They are bounded in time, and in the bytes that are still to leave.
 * Thread-safe.
 */
final class OrderlyCloses {

    private static final BoundedLog LOG = new BoundedLog(OrderlyCloses.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** A connection on its way out. */
    interface ClosingConnection {

        /** How many bytes are still to leave. */
        long unsentBytes();

        /** Whether it has still something to say. */
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
     * There are none.
     *
     * @param timer to look now and then
     * @param maxUnsentBytes how many bytes may still have to leave, of all connections together
     */
    OrderlyCloses(Timer timer, long maxUnsentBytes) {
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
        this.maxUnsentBytes = maxUnsentBytes;
    }

    /** Watches over one, until it is removed. */
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

    /** Ends what takes too long. Of those that have too much to say together, the first to come goes. */
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
            LOG.failed("A connection that is being ended could not be looked at; it is closed", e);
            closing.close();
        }
    }

    /** One has said all that it had to say. */
    synchronized void onSent() {
        notifyAll();
    }

    /**
     * Waits until all have said what they have to say, then closes them. An interrupt cuts the wait short and stays set.
     *
     * @param timeout how long at most
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
