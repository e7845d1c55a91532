package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;

/** How far a connection of a server is. Each step is taken once: only whoever takes it is told so. Thread-safe. */
final class ConnectionLifecycle {

    /** How long a client has to close its end after everything was written. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** In order. Steps may be skipped; CLOSED is reached from any of them. */
    enum Phase {
        /** It has brought nothing yet. */
        NEW,
        /** It brings any number of transactions, which have numbers. */
        KEPT,
        /** Nothing more is read. Its client knows that, and is told again when all that was read is answered. */
        DRAINING,
        /** Nothing more is read. It ends when all that was read is answered. */
        ENDING,
        /** All is said, and its client has some time to close its end. */
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

    /** Whether what it brings is taken in. */
    boolean isReading() {
        Phase now = phase;
        return now == Phase.NEW || now == Phase.KEPT;
    }

    /** Whether its client numbers its transactions, and so may send more at any time. */
    boolean isNumbered() {
        return numbered;
    }

    /** It has brought a transaction with a number. */
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
     * Reads nothing more, which its client can be told.
     *
     * @param first says so for the first time
     */
    synchronized boolean drain(Runnable first) {
        if (phase != Phase.KEPT) {
            return false;
        }
        first.run(); // Before anybody may say the last word.
        phase = Phase.DRAINING;
        return true;
    }

    /**
     * All that was read is answered, and nothing else was.
     *
     * @param last says so
     */
    synchronized boolean finishDraining(Runnable last) {
        if (phase != Phase.DRAINING) {
            return false;
        }
        last.run(); // Before anybody may finish.
        phase = Phase.ENDING;
        return true;
    }

    /** Everything was written. */
    boolean finish(long now) {
        finishedAt = now; // Before the timer can see the phase, and for how long it lasts.
        return change(Phase.ENDING, Phase.FINISHING);
    }

    /** Whether its client has had its time to close its end, since everything was written. */
    boolean hasLingered(long now) {
        return now - finishedAt > LINGER_NANOS;
    }

    /**
     * It is closed.
     *
     * @return how far it was
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
