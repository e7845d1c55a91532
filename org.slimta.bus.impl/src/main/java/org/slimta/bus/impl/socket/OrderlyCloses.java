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
    interface Departure {

        /** How many bytes are still to leave. */
        long rest();

        /** Whether it has still something to say. */
        boolean isSpeaking();

        /** Ends it if it takes too long. */
        void look(long now);

        /** Closes it now. */
        void close();
    }

    private final Timer timer;
    private final PeriodicCheck check;
    private final long mostBytes;
    private final Set<Departure> all = new LinkedHashSet<>(); // Guarded by this.

    /**
     * There are none.
     *
     * @param timer to look now and then
     * @param mostBytes how many bytes may still have to leave, of all connections together
     */
    OrderlyCloses(Timer timer, long mostBytes) {
        this.timer = timer;
        this.check = new PeriodicCheck(timer, INTERVAL, this::check);
        this.mostBytes = mostBytes;
    }

    /** Watches over one, until it is removed. */
    void add(Departure departure) {
        synchronized (this) {
            all.add(departure);
        }
        check.wake();
    }

    synchronized void remove(Departure departure) {
        if (all.remove(departure)) {
            notifyAll();
        }
    }

    private synchronized List<Departure> departures() {
        return new ArrayList<>(all);
    }

    /** Ends what takes too long. Of those that have too much to say together, the first to come goes. */
    private long check() {
        List<Departure> seen = departures();
        long now = timer.now();
        long rest = 0;
        for (Departure each : seen) {
            lookAt(each, now);
            rest += each.rest();
        }
        for (int i = 0; i < seen.size() && rest > mostBytes; i++) {
            long own = seen.get(i).rest();
            if (own > 0) {
                rest -= own;
                seen.get(i).close();
            }
        }
        return seen.isEmpty() ? PeriodicCheck.NOT_AGAIN : INTERVAL.toNanos();
    }

    private static void lookAt(Departure departure, long now) {
        try {
            departure.look(now);
        } catch (RuntimeException | Error e) {
            LOG.failed("A connection that is being ended could not be looked at; it is closed", e);
            departure.close();
        }
    }

    /** One has said all that it had to say. */
    synchronized void said() {
        notifyAll();
    }

    /**
     * Waits until all have said what they have to say, then closes them. An interrupt cuts the wait short and stays set.
     *
     * @param most how long at most
     */
    void await(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        List<Departure> left;
        synchronized (this) {
            try {
                long rest;
                while (all.stream().anyMatch(Departure::isSpeaking)
                        && (rest = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) > 0) {
                    wait(rest);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            left = new ArrayList<>(all);
        }
        left.forEach(Departure::close);
    }
}
