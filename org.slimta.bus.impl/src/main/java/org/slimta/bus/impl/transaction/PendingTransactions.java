package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The transactions of one client that have not ended. It ends those whose time is over, whether anybody waits for them or not,
 * by looking through all of them now and then: that costs a transaction less than a timer of its own. Thread-safe.
 */
public final class PendingTransactions implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Set<PendingTransaction<?>> transactions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Failures failures;
    private final Threads threads;
    private volatile boolean closed;

    /**
     * No transactions yet.
     *
     * @param failures the failures of the client
     * @param threads for deadlines
     */
    public PendingTransactions(Failures failures, Threads threads) {
        this.failures = failures;
        this.threads = threads;
    }

    /**
     * Keeps a transaction until it has ended. If this is closed, the transaction fails.
     *
     * @param transaction the transaction
     * @return whether it goes on
     */
    public boolean add(PendingTransaction<?> transaction) {
        transactions.add(transaction);
        transaction.whenDone(() -> transactions.remove(transaction));
        if (closed) {
            transaction.fail(failures.closed());
        }
        lookLater();
        return !transaction.isDone();
    }

    private void lookLater() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            threads.after(LOOK, this::look);
        }
    }

    private void look() {
        transactions.forEach(PendingTransaction::expireIfOverdue);
        looking.set(false);
        if (!transactions.isEmpty()) {
            lookLater();
        }
    }

    /**
     * Tells whether transactions are still kept.
     *
     * @return whether it is closed
     */
    public boolean isClosed() {
        return closed;
    }

    /** Fails all that have not ended, and all to come. */
    @Override
    public void close() {
        closed = true;
        transactions.forEach(transaction -> transaction.fail(failures.closed()));
    }
}
