package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;

/** Counts the connections that a closing server still has to wait for. Thread-safe. */
final class UnfinishedConnections {

    private int awaited; // Guarded by this.

    /** Adds a connection. */
    synchronized void add() {
        awaited++;
    }

    /** The server need not wait for a connection any more. To be called once for each. */
    synchronized void done() {
        if (--awaited == 0) {
            notifyAll();
        }
    }

    /**
     * Waits until there is no such connection. An interrupt ends the wait and stays set.
     *
     * @param nanos the maximum time to wait
     */
    synchronized void await(long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            for (long left = nanos; awaited > 0 && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
