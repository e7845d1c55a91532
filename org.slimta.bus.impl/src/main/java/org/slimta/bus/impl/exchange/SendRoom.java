package org.slimta.bus.impl.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * Room in memory for what a client sends: a frame counts as memory of the client from when it gets room until its
 * transaction has ended. A thread that finds no room waits for it. Thread-safe.
 */
final class SendRoom {

    /** Waiting threads also check again at this interval, because room may appear without a transaction ending. */
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final MemoryBudget.Account account;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private volatile int waiting; // Written under the lock.

    SendRoom(MemoryBudget memory) {
        account = memory.newAccount();
    }

    /**
     * Acquires room for a frame.
     *
     * @param bytes the memory that the frame uses
     * @param nanos the maximum time to wait
     * @return whether there was room
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    boolean acquire(long bytes, long nanos) throws InterruptedException {
        if (waiting == 0 && account.tryAdd(bytes)) {
            return true;
        }
        long left = nanos;
        lock.lockInterruptibly();
        try {
            waiting++;
            while (!account.tryAdd(bytes)) {
                if (left <= 0) {
                    return false;
                }
                long pause = Math.min(left, RECHECK_NANOS);
                left -= pause - freed.awaitNanos(pause);
            }
            return true;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Releases room. Does not wait. */
    void release(long bytes) {
        account.add(-bytes);
        if (waiting > 0) {
            lock.lock();
            try {
                freed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Stops counting: all transactions have ended or are about to. */
    void close() {
        account.close();
    }
}
