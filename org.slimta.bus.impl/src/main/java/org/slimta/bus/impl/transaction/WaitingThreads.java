package org.slimta.bus.impl.transaction;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that wait for one kind of change of a queue. Waking costs nothing while no thread waits. A waiting thread
 * increments the count before it checks the queue, and a thread that changes the queue reads the count afterwards, so
 * no thread waits for a change that has already happened. Thread-safe.
 */
final class WaitingThreads {

    private final ReentrantLock lock;
    private final Condition changed;
    private volatile int count; // Written under the lock.

    WaitingThreads() {
        this(new ReentrantLock());
    }

    /**
     * Shares the lock of other threads, which a thread may have to wake while it holds the lock: with two locks, two
     * threads could each hold one and wait for the other.
     */
    WaitingThreads(WaitingThreads others) {
        this(others.lock);
    }

    private WaitingThreads(ReentrantLock lock) {
        this.lock = lock;
        this.changed = lock.newCondition();
    }

    /** Announces that this thread is about to check the queue, and to wait. Holds the lock until {@link #leave()}. */
    void enter() {
        lock.lock();
        count++;
    }

    /**
     * Waits for a change. To be called between {@link #enter()} and {@link #leave()}.
     *
     * @param nanos the maximum time to wait
     * @return the remaining time; zero or less if the time is over
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
