package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are on their way out in order. They are bounded in time, and in the bytes that are still to leave.
 * Thread-safe.
 */
final class Farewells {

    private static final Logger LOG = LoggerFactory.getLogger(Farewells.class);
    private static final Duration LOOK = Duration.ofMillis(100);

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

    private final BiConsumer<Duration, Runnable> timer;
    private final long mostBytes;
    private final Set<Departure> all = new LinkedHashSet<>();
    private boolean looking;

    /**
     * There are none.
     *
     * @param timer runs something later
     * @param mostBytes how many bytes may still have to leave, of all connections together
     */
    Farewells(BiConsumer<Duration, Runnable> timer, long mostBytes) {
        this.timer = timer;
        this.mostBytes = mostBytes;
    }

    /** Watches over one, until it is removed. */
    synchronized void add(Departure departure) {
        all.add(departure);
        lookLater();
    }

    synchronized void remove(Departure departure) {
        if (all.remove(departure)) {
            notifyAll();
        }
    }

    private synchronized void lookLater() {
        if (!looking && !all.isEmpty()) {
            looking = true;
            timer.accept(LOOK, () -> look(System.nanoTime()));
        }
    }

    private synchronized List<Departure> departures() {
        looking = false;
        return new ArrayList<>(all);
    }

    /** Ends what takes too long. Of those that have too much to say together, the first to come goes. Runs on the timer. */
    void look(long now) {
        List<Departure> seen = departures();
        try {
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
        } finally {
            lookLater();
        }
    }

    private static void lookAt(Departure departure, long now) {
        try {
            departure.look(now);
        } catch (RuntimeException e) {
            LOG.warn("A connection that is being ended could not be looked at; it is closed", e);
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
