package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.impl.status.Meter;

/**
 * The transactions of one client that have not ended, all with the same time to end in. It ends those whose time is over,
 * whether anybody waits for them or not, by looking through all of them when the time of the oldest is over: that costs a
 * transaction less than a timer of its own. Thread-safe.
 */
public final class PendingTransactions implements AutoCloseable {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    /** Since those that come later may have less time. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Registry<PendingTransaction<?>> transactions = new Registry<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Failures failures;
    private final Threads threads;
    private final Meter meter = new Meter();
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
     * @param transaction the transaction, made for this
     * @return whether it goes on
     */
    public boolean add(PendingTransaction<?> transaction) {
        transactions.add(transaction);
        if (closed) {
            transaction.fail(failures.closed());
        }
        if (!looking.get()) {
            lookWhenOver(transaction.nanosLeft());
        }
        return !transaction.isDone();
    }

    /**
     * How they end.
     *
     * @return the meter of the client
     */
    public Meter meter() {
        return meter;
    }

    /**
     * Tells whether all have ended.
     *
     * @return whether there are none now
     */
    public boolean isEmpty() {
        return transactions.isEmpty();
    }

    /**
     * How many have not ended.
     *
     * @return their number now
     */
    public int count() {
        return transactions.count();
    }

    void remove(PendingTransaction<?> transaction) {
        transactions.remove(transaction);
    }

    /** If a look is due already, it is for one that is older, so it comes in time for this one. */
    private void lookWhenOver(long nanosLeft) {
        if (looking.compareAndSet(false, true)) {
            lookAfter(nanosLeft);
        }
    }

    private void lookAfter(long nanosLeft) {
        threads.after(Duration.ofNanos(Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, nanosLeft))), this::look);
    }

    private void look() {
        transactions.forEach(PendingTransaction::expireIfOverdue);
        long next = leastLeft();
        if (next < Long.MAX_VALUE) {
            lookAfter(next);
        } else {
            looking.set(false);
            next = leastLeft();
            if (next < Long.MAX_VALUE) {
                lookWhenOver(next);
            }
        }
    }

    private long leastLeft() {
        long[] least = {Long.MAX_VALUE};
        transactions.forEach(transaction -> {
            if (transaction.isRunning()) {
                least[0] = Math.min(least[0], transaction.nanosLeft());
            }
        });
        return least[0];
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
