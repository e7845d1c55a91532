package org.slimta.bus.impl.carrier;

import java.util.concurrent.CompletableFuture;

/**
 * Counts the requests that a carrier has and has not been told the end of, and closes the carrier after the last of them. Thread-safe.
 */
final class CarrierUse {

    private enum State {
        /** Requests may be given to the carrier. */
        OPEN,
        /** No more requests are given to it. It is closed when the last one has ended. */
        CLOSING,
        /** It was closed, or is being closed. */
        CLOSED
    }

    private final Runnable close;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private State state = State.OPEN; // Guarded by this.
    private int count; // Guarded by this.

    /**
     * A carrier without requests.
     *
     * @param close closes the carrier; must not throw
     */
    CarrierUse(Runnable close) {
        this.close = close;
    }

    /** The carrier gets a request; returns false if it gets no more. To be called before it gets it. */
    synchronized boolean begin() {
        if (state != State.OPEN) {
            return false;
        }
        count++;
        return true;
    }

    /** The carrier was told the end of a request. To be called once for each that has begun. */
    void end() {
        synchronized (this) {
            count--;
        }
        closeIfUnused();
    }

    /** Gives the carrier no more requests, and closes it now or after the last one. Does not wait. */
    void close() {
        synchronized (this) {
            if (state == State.OPEN) {
                state = State.CLOSING;
            }
        }
        closeIfUnused();
    }

    /** Calls the carrier without the lock, because its code may do anything. */
    private void closeIfUnused() {
        synchronized (this) {
            if (state != State.CLOSING || count > 0) {
                return;
            }
            state = State.CLOSED;
        }
        close.run();
        closed.complete(null);
    }

    /** {@return completes when the carrier is closed} */
    CompletableFuture<Void> whenClosed() {
        return closed;
    }
}
