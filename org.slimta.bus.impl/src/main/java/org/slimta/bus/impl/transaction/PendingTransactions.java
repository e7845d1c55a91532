package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.status.InFlightCount;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.status.TransactionHealth;

/**
 * The transactions of one client that have not ended. It ends each at its deadline, whether a thread waits for it or
 * not, by checking all of them when the oldest one is due: that is cheaper than a timer for each transaction.
 * Thread-safe.
 */
public final class PendingTransactions implements AutoCloseable {

    /** The shortest time between two checks, so that one check ends many transactions. */
    private static final Duration MIN_PAUSE = Duration.ofMillis(1);

    private final LinkedMembers<PendingTransaction<?>> transactions = new LinkedMembers<>();
    private final Failures failures;
    private final Timer timer;
    private final PeriodicCheck check;
    private final Meter meter = new Meter(Meter.OF_THE_SENDER);
    private final TransactionHealth health;
    private volatile BusObservers observers = BusObservers.NONE;
    private volatile boolean closed;

    /**
     * Creates an empty set.
     *
     * @param failures the failures of the client
     * @param timer for deadlines
     * @param health is told how transactions end
     */
    public PendingTransactions(Failures failures, Timer timer, TransactionHealth health) {
        this.failures = failures;
        this.timer = timer;
        this.health = health;
        this.check = new PeriodicCheck(timer, MIN_PAUSE, this::check);
    }

    /**
     * Adds a transaction, which stays until it has ended. If this set is closed, the transaction fails.
     *
     * @param transaction a transaction that was created for this set
     * @return whether the transaction goes on
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

    /**
     * Sets the observers of transactions that begin from now on.
     *
     * @param newObservers the observers of the client
     */
    public void setObservers(BusObservers newObservers) {
        observers = newObservers;
    }

    /** {@return the observers of the client} */
    public BusObservers observers() {
        return observers;
    }

    Timer timer() {
        return timer;
    }

    Meter meter() {
        return meter;
    }

    /**
     * Counts a transaction that has failed. That the client is closed, its sender interrupted, or the transaction
     * cancelled, says nothing about its server.
     */
    void failed(BusException failure) {
        meter.failed(failure);
        noteFailure(failure);
    }

    /** Counts a transaction as failed that was counted as answered. */
    void failedAfterAll(BusException failure) {
        meter.failedAfterAll(failure);
        noteFailure(failure);
    }

    private void noteFailure(BusException failure) {
        boolean ownWish = failure.reason() == Reason.CANCELLED || failure.getCause() instanceof InterruptedException;
        if (!closed && !ownWish) {
            health.failed(failure.reason(), failure.getMessage());
        }
    }

    /** Begins the next period of the statistics. */
    public void advance() {
        health.advance(meter.advance());
    }

    /**
     * Reports the transactions in flight, and how those before have ended. Does not block.
     *
     * @param bus receives the values
     */
    public void report(BusDTO bus) {
        InFlightCount inFlight = new InFlightCount(timer.now());
        transactions.forEach(transaction -> inFlight.add(transaction.start()));
        inFlight.report(bus);
        meter.report(bus);
        health.report(bus);
    }

    /**
     * Calls an action for each transaction that was added before the call and has not ended.
     *
     * @param action must not block
     */
    public void forEach(Consumer<PendingTransaction<?>> action) {
        transactions.forEach(action);
    }

    /** {@return whether all transactions have ended} */
    public boolean isEmpty() {
        return transactions.isEmpty();
    }

    /** {@return how many transactions have not ended} */
    public int count() {
        return transactions.count();
    }

    /** Adds a transaction whose response has arrived, until the response is unpacked. */
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

    /** {@return whether this was closed, so that new transactions fail} */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Fails all transactions that have not ended, and all that are added later. Responses that have already arrived are
     * still unpacked and delivered.
     */
    @Override
    public void close() {
        closed = true;
        transactions.forEach(transaction -> PeriodicCheck.safely(() -> transaction.fail(failures.closed())));
        if (transactions.isEmpty()) {
            check.cancel(); // Otherwise it would keep all of this in memory until the last deadline.
        }
    }
}
