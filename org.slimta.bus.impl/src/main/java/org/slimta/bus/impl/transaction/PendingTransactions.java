package org.slimta.bus.impl.transaction;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The transactions of one client that have not ended. Thread-safe. */
public final class PendingTransactions implements AutoCloseable {

    private final Set<PendingTransaction<?>> transactions = ConcurrentHashMap.newKeySet();
    private final Failures failures;
    private volatile boolean closed;

    public PendingTransactions(Failures failures) {
        this.failures = failures;
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
        return !transaction.isDone();
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
