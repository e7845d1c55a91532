package org.slimta.bus.impl.transaction;

import java.time.Duration;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.status.Meter;

/**
 * The transactions of one client that have not ended. It ends those whose time is over, whether anybody waits for them or not,
 * by looking through all of them when the time of the oldest is over: that costs a transaction less than a timer of its own.
 * Thread-safe.
 */
public final class PendingTransactions implements AutoCloseable {

    /** The shortest time between two checks, so that one ends many. */
    private static final Duration MIN_PAUSE = Duration.ofMillis(1);

    private final LinkedMembers<PendingTransaction<?>> transactions = new LinkedMembers<>();
    private final Failures failures;
    private final Timer timer;
    private final PeriodicCheck check;
    private final Meter meter = new Meter();
    private volatile boolean closed;

    /**
     * No transactions yet.
     *
     * @param failures the failures of the client
     * @param timer for deadlines
     */
    public PendingTransactions(Failures failures, Timer timer) {
        this.failures = failures;
        this.timer = timer;
        this.check = new PeriodicCheck(timer, MIN_PAUSE, this::check);
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
        } else {
            check.wakeAt(transaction.deadline());
        }
        return !transaction.isDone();
    }

    Timer timer() {
        return timer;
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

    /** Keeps one whose answer has arrived, until it is unpacked. */
    void addArrived(PendingTransaction<?> transaction) {
        transactions.add(transaction);
        check.wakeAt(transaction.lastDeadline());
    }

    void remove(PendingTransaction<?> transaction) {
        transactions.remove(transaction);
    }

    private long check() {
        long now = timer.now();
        long[] least = {PeriodicCheck.NOT_AGAIN};
        transactions.forEach(transaction -> {
            long left = transaction.lastDeadline() - now;
            if (left <= 0) {
                PeriodicCheck.safely(transaction::expireAtLast);
            } else {
                least[0] = Math.min(least[0], Math.max(MIN_PAUSE.toNanos(), left));
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

    /** Fails all that have not ended, and all to come. What has arrived is unpacked, and told, all the same. */
    @Override
    public void close() {
        closed = true;
        transactions.forEach(transaction -> PeriodicCheck.safely(() -> transaction.fail(failures.closed())));
        if (transactions.isEmpty()) {
            check.cancel(); // It would keep all of this in memory until the last deadline.
        }
    }
}
