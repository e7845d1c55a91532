package org.slimta.bus.impl.transaction;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slimta.bus.impl.concurrent.LinkedMembers;

/** What a server has taken in and what has not come to its end: a closing server waits for that. Thread-safe. */
final class UnsettledArrivals<Q, R> {

    private final LinkedMembers<Arrival<Q, R>> arrivals = new LinkedMembers<>();
    private volatile boolean awaited; // Written under the lock of this.
    private boolean released; // Guarded by this.

    void add(Arrival<Q, R> arrival) {
        arrivals.add(arrival);
    }

    /** An arrival has come to its end. May be called again. */
    void remove(Arrival<Q, R> arrival) {
        // Whoever waits says so before it looks whether there are any; here it is the other way round: so one sees the other.
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
     * Waits until there are none, or {@link #release()} was called.
     *
     * @param nanos how long to wait at most
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    synchronized void awaitEmpty(long nanos) throws InterruptedException {
        awaited = true;
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; !arrivals.isEmpty() && !released && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }

    /** Nobody waits any more. */
    synchronized void release() {
        released = true;
        notifyAll();
    }
}
