package org.slimta.bus.impl.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * Room in memory for what a client sends: its frames count for what the client holds, from the time that they got room until
 * their transactions have ended. Whoever finds no room waits for it. Thread-safe.
 */
final class SendRoom {

    /** Waiters also check again this often, because room may appear without a transaction ending. */
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final MemoryBudget.Account account;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private volatile int waiting; // Written under the lock.

    SendRoom(MemoryBudget memory) {
        account = memory.newAccount();
    }

    /**
     * Takes room for a frame.
     *
     * @param bytes how much memory it takes
     * @param nanos how long to wait at most
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

    /** Gives room back. Does not wait. */
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

    /** Counts nothing any more: all transactions have ended, or are about to. */
    void close() {
        account.close();
    }
}
