package org.slimta.bus.impl.socket;

/**
 * The phase of one connection of a client. Each transition happens once: a method returns true only to the caller that
 * made it. Thread-safe.
 */
final class ClientConnectionLifecycle {

    /** In order. Phases may be skipped; CLOSED is reached from any of them. */
    enum Phase {
        /** It is unknown what the server supports: it carries one transaction, and must not end inside a frame. */
        UNPROVEN,
        /** The server keeps the connection, and it accepts transactions. */
        KEPT,
        /** It accepts no more transactions, and ends with those that it has. The server tolerates any end. */
        ENDING,
        /** It is closed, or is being closed. */
        CLOSED
    }

    private volatile Phase phase = Phase.UNPROVEN; // Written under the lock of this.
    private boolean drained; // Guarded by this. Whether the server has announced that it reads nothing more.

    Phase phase() {
        return phase;
    }

    boolean isUnproven() {
        return phase == Phase.UNPROVEN;
    }

    boolean isKept() {
        return phase == Phase.KEPT;
    }

    /** The server keeps the connection. */
    boolean keep() {
        return change(Phase.UNPROVEN, Phase.KEPT);
    }

    /** The server does not keep the connection, and has read the whole frame. */
    boolean endUnproven() {
        return change(Phase.UNPROVEN, Phase.ENDING);
    }

    /** A kept connection accepts no more transactions. */
    boolean retire() {
        return change(Phase.KEPT, Phase.ENDING);
    }

    /**
     * The server announces that it is closing: first when it reads nothing more, and again when everything that it has
     * read is answered.
     *
     * @return whether this is the first announcement; then the connection accepts no more transactions
     */
    synchronized boolean drain() {
        boolean first = !drained;
        drained = true;
        if (first && phase != Phase.CLOSED) {
            phase = Phase.ENDING;
        }
        return first;
    }

    /** Closes it for good, and returns the phase before. */
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
