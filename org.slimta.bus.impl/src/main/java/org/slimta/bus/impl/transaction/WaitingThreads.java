package org.slimta.bus.impl.transaction;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that wait for one kind of change of a queue. Waking costs nothing while no thread waits. A thread that waits counts
 * itself before it checks the queue, and a thread that changes the queue reads the count afterwards: so none waits for a change
 * that has happened. Thread-safe.
 */
final class WaitingThreads {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile int count; // Written under the lock.

    /** This thread is about to check the queue, and to wait. Takes the lock until {@link #leave()}. */
    void enter() {
        lock.lock();
        count++;
    }

    /**
     * Waits for a change. To be called between {@link #enter()} and {@link #leave()}.
     *
     * @param nanos how long to wait at most
     * @return how much of that is left; zero or less if the time is over
     * @throws InterruptedException if the thread was interrupted
     */
    long await(long nanos) throws InterruptedException {
        return changed.awaitNanos(nanos);
    }

    void leave() {
        count--;
        lock.unlock();
    }

    /** Wakes one thread, if any waits. */
    void wakeOne() {
        if (count > 0) {
            lock.lock();
            try {
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Wakes all threads that wait. */
    void wakeAll() {
        if (count > 0) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
