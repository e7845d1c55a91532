package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The transactions of one client that have not ended, all with the same time to end in. It ends those whose time is over,
 * whether anybody waits for them or not, by looking through all of them when the time of the oldest is over: that costs a
 * transaction less than a timer of its own. Thread-safe.
 */
public final class PendingTransactions implements AutoCloseable {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

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
        lookWhenOver(transaction);
        return !transaction.isDone();
    }

    /** If a look is due already, it is for one that is older, so it comes in time for this one. */
    private void lookWhenOver(PendingTransaction<?> transaction) {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            lookAfter(transaction);
        }
    }

    private void lookAfter(PendingTransaction<?> transaction) {
        threads.after(Duration.ofNanos(Math.max(SHORTEST_PAUSE, transaction.nanosLeft())), this::look);
    }

    private void look() {
        transactions.forEach(PendingTransaction::expireIfOverdue);
        Optional<PendingTransaction<?>> oldest = oldest();
        if (oldest.isPresent()) {
            lookAfter(oldest.get());
        } else {
            looking.set(false);
            oldest().ifPresent(this::lookWhenOver);
        }
    }

    private Optional<PendingTransaction<?>> oldest() {
        return transactions.stream()
                .filter(PendingTransaction::isRunning)
                .min(Comparator.comparingLong(PendingTransaction::nanosLeft));
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
