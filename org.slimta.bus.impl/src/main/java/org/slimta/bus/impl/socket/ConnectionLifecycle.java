package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;

/**
 * The phase of one connection of a server. Each transition happens once: a method returns true only to the caller that
 * made it. Thread-safe.
 */
final class ConnectionLifecycle {

    /** How long a client has to close its end after everything was written. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** In order. Phases may be skipped; CLOSED is reached from any of them. */
    enum Phase {
        /** Nothing has arrived. */
        NEW,
        /** Any number of transactions may arrive, which have numbers. */
        KEPT,
        /** Nothing more is read. The client was notified, and is again when everything that was read is answered. */
        DRAINING,
        /** Nothing more is read. It ends when everything that was read is answered. */
        ENDING,
        /** Everything was sent, and the client has some time to close its end. */
        FINISHING,
        /** It is closed. */
        CLOSED
    }

    /** Written under the lock of this. */
    private volatile Phase phase = Phase.NEW;

    /** Whether its client numbers its transactions. */
    private volatile boolean numbered;

    private volatile long finishedAt;

    Phase phase() {
        return phase;
    }

    /** Whether incoming requests are accepted. */
    boolean isReading() {
        Phase now = phase;
        return now == Phase.NEW || now == Phase.KEPT;
    }

    /** Whether its client numbers its transactions, and so may send more at any time. */
    boolean isNumbered() {
        return numbered;
    }

    /** A transaction with a number has arrived. */
    void keep() {
        if (phase == Phase.NEW) {
            numbered |= change(Phase.NEW, Phase.KEPT);
        }
    }

    /** Reads nothing more. */
    boolean stopReading() {
        return change(Phase.NEW, Phase.ENDING) || change(Phase.KEPT, Phase.ENDING);
    }

    /**
     * Reads nothing more, which can be announced to the client.
     *
     * @param first sends the first announcement
     */
    synchronized boolean drain(Runnable first) {
        if (phase != Phase.KEPT) {
            return false;
        }
        first.run(); // Before another thread can send the last announcement.
        phase = Phase.DRAINING;
        return true;
    }

    /**
     * Everything that was read is answered, and nothing else was read.
     *
     * @param last sends the last announcement
     */
    synchronized boolean finishDraining(Runnable last) {
        if (phase != Phase.DRAINING) {
            return false;
        }
        last.run(); // Before another thread can finish.
        phase = Phase.ENDING;
        return true;
    }

    /** Everything was written. */
    boolean finish(long now) {
        finishedAt = now; // Before the timer can see the phase and check how long it lasts.
        return change(Phase.ENDING, Phase.FINISHING);
    }

    /** Whether the time for the client to close its end is over, since everything was written. */
    boolean hasLingered(long now) {
        return now - finishedAt > LINGER_NANOS;
    }

    /**
     * Closes it.
     *
     * @return the phase before
     */
    synchronized Phase close() {
        Phase before = phase;
        phase = Phase.CLOSED;
        return before;
    }

    private synchronized boolean change(Phase from, Phase to) {
        if (phase != from) {
            return false;
        }
        phase = to;
        return true;
    }
}
