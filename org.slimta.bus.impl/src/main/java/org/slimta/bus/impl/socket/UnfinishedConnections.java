package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;

/** Counts the connections of which something is still awaited when their server closes. Thread-safe. */
final class UnfinishedConnections {

    private int awaited; // Guarded by this.

    /** One more connection is there. */
    synchronized void add() {
        awaited++;
    }

    /** Nothing of a connection is awaited any more. To be called once for each. */
    synchronized void done() {
        if (--awaited == 0) {
            notifyAll();
        }
    }

    /**
     * Waits until nothing of any connection is awaited. An interrupt cuts the wait short and stays set.
     *
     * @param nanos how long at most
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
