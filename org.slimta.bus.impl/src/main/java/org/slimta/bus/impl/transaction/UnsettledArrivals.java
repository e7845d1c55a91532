package org.slimta.bus.impl.transaction;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slimta.bus.impl.concurrent.LinkedMembers;

/** The requests that a server has accepted and that have not ended: a closing server waits for them. Thread-safe. */
final class UnsettledArrivals<Q, R> {

    private final LinkedMembers<Arrival<Q, R>> arrivals = new LinkedMembers<>();
    private volatile boolean awaited; // Written under the lock of this.
    private boolean released; // Guarded by this.

    void add(Arrival<Q, R> arrival) {
        arrivals.add(arrival);
    }

    /** Removes an arrival that has ended. May be called again. */
    void remove(Arrival<Q, R> arrival) {
        // A waiting thread sets "awaited" before it checks isEmpty(); here it is the other way round: so one sees the
        // other.
        if (arrivals.remove(arrival) && awaited && arrivals.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    int count() {
        return arrivals.count();
    }

    void forEach(Consumer<? super Arrival<Q, R>> action) {
        arrivals.forEach(action);
    }

    /**
     * Waits until there are no arrivals, or {@link #release()} was called.
     *
     * @param nanos the maximum time to wait
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    synchronized void awaitEmpty(long nanos) throws InterruptedException {
        awaited = true;
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; !arrivals.isEmpty() && !released && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }

    /** Ends all waits. */
    synchronized void release() {
        released = true;
        notifyAll();
    }
}
