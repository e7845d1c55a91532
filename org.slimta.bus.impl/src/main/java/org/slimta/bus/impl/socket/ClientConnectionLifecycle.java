package org.slimta.bus.impl.socket;

/** The phase of one connection of a client. Each step is taken once: only one caller is told that it has taken it. Thread-safe. */
final class ClientConnectionLifecycle {

    /** In order. Phases may be skipped; CLOSED is reached from any of them. */
    enum Phase {
        /** The abilities of the server are not known: it carries one transaction, and must not be cut off inside its frame. */
        UNPROVEN,
        /** The server keeps the connection, and it takes transactions. */
        KEPT,
        /** It takes no more transactions, and ends with those that it has. The server does not mind how it ends. */
        ENDING,
        /** It is closed, or is being closed. */
        CLOSED
    }

    private volatile Phase phase = Phase.UNPROVEN; // Written under the lock of this.
    private boolean drained; // Guarded by this. Whether the server has said that it reads nothing more.

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

    /** A kept connection takes no more transactions. */
    boolean retire() {
        return change(Phase.KEPT, Phase.ENDING);
    }

    /**
     * The server says that it is closing: for the first time when it reads nothing more, and again when all that it has read is
     * answered.
     *
     * @return whether it says so for the first time; then the connection takes no more transactions
     */
    synchronized boolean drain() {
        boolean first = !drained;
        drained = true;
        if (first && phase != Phase.CLOSED) {
            phase = Phase.ENDING;
        }
        return first;
    }

    /** Closes it for good, and gives the phase before. */
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
