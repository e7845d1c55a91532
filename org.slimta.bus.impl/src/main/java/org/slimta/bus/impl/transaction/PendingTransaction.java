package org.slimta.bus.impl.transaction;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.text.Described;

/**
 * A transaction of a client that waits for its response. This class has its deadline, makes its failures, and releases
 * its resources when it has ended. Thread-safe.
 *
 * @param <R> type of the responses
 */
public class PendingTransaction<R> extends TwoStepResponse<R> {

    private final PendingTransactions pending;
    private final Failures failures;
    private final String peer;
    private final TimeLimit limit;
    private final long deadline;
    private volatile Headers headers = Headers.none();
    private volatile Observed observed; // Null if nobody observes it.
    private boolean checkedUntilRead; // Used by the thread that brings the response.
    private volatile Runnable whenEnded; // Guarded by this; volatile so that it can be read without the lock.

    /**
     * Starts a transaction: its time runs from now on.
     *
     * @param pending the transactions of the client
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param limit its time limit
     * @param threads the threads of the bus
     */
    public PendingTransaction(
            PendingTransactions pending, Failures failures, String peer, TimeLimit limit, BusThreads threads) {
        super(threads);
        this.pending = pending;
        this.failures = failures;
        this.peer = peer;
        this.limit = limit;
        this.deadline = pending.timer().now() + limit.nanos();
    }

    /** {@return the server, for messages; that of the constructor unless a subclass knows better} */
    protected String peer() {
        return peer;
    }

    /**
     * Ends the transaction with a response that has arrived. Runs no code of users on this thread.
     *
     * @param response the response
     * @return whether the transaction had not ended before
     */
    public final boolean answer(ArrivedResponse<R> response) {
        boolean inTime = arrive(response);
        Observed by = observed;
        if (by != null && inTime) {
            by.arrived(limit.nanos(), checkedUntilRead, peer());
        }
        return inTime;
    }

    /**
     * Reports its events from now on. To be called before it is sent.
     *
     * @param by its observation; null if nobody observes it
     */
    public final void observe(Observed by) {
        observed = by;
    }

    /** {@return the observers of the client, never null} */
    public final BusObservers observers() {
        return pending.observers();
    }

    /** The requests are about to leave the client: whatever happens at the server happens after that. */
    public final void leaving() {
        Observed by = observed;
        if (by != null) {
            by.sent();
        }
    }

    private boolean observedEnd(BusException failure) {
        Observed by = observed;
        if (by != null) {
            by.ended(failure, peer());
        }
        return true;
    }

    /**
     * Ends the transaction with responses. Runs no code of users on this thread.
     *
     * @param responses one for each request, unmodifiable
     * @param with the headers of the response
     * @return whether it had not ended before
     */
    public final boolean succeed(List<R> responses, Headers with) {
        return end(new TransactionResult<>(responses, null, with)) && observedEnd(null);
    }

    /**
     * Ends the transaction with a failure that was found at this end. Its outcome is {@code NOT_PROCESSED} if that is
     * certain, whatever the failure says. Runs no code of users on this thread.
     *
     * @param failure the failure
     * @return whether it had not ended before
     */
    public final boolean fail(BusException failure) {
        Outcome outcome = preventProcessing()
                ? Outcome.NOT_PROCESSED
                : failure.outcome() == Outcome.NOT_PROCESSED ? Outcome.UNKNOWN : failure.outcome();
        return failAsReported(Failures.with(outcome, failure), Headers.none());
    }

    @Override
    public final boolean cancel() {
        return !isDone()
                && fail(failures.of(Reason.CANCELLED, peer(), "the client has cancelled the transaction", null));
    }

    /**
     * Ends the transaction with a failure that its server has reported. Runs no code of users on this thread.
     *
     * @param failure the failure, with the outcome that the server knows
     * @param with the headers of the failure
     * @return whether it had not ended before
     */
    public final boolean failAsReported(BusException failure, Headers with) {
        return end(new TransactionResult<>(null, failure, with)) && observedEnd(failure);
    }

    /**
     * Keeps the requests from being processed, if that is still possible. Called before the transaction fails.
     *
     * @return whether they were certainly not processed, and will not be
     */
    protected boolean preventProcessing() {
        return false;
    }

    /** Does all steps, even if one of them throws. */
    @Override
    final void release(BusException failure, Headers arrived, boolean keepsChecking) {
        if (!arrived.isEmpty()) {
            headers = arrived;
        }
        checkedUntilRead = keepsChecking;
        try {
            if (!keepsChecking) {
                pending.remove(this);
            }
            if (failure == null) {
                pending.meter().answered(start());
            } else {
                pending.failed(failure);
            }
            ended(failure);
        } finally {
            runWhenEnded();
        }
    }

    @Override
    public final Headers headers() {
        return headers;
    }

    @Override
    final void keepChecking() {
        pending.addArrived(this);
    }

    @Override
    final void stopChecking() {
        pending.remove(this);
    }

    @Override
    final void unpacked(TransactionResult<R> result) {
        pending.remove(this);
        if (result.failure() != null) {
            pending.failedAfterAll(result.failure());
        }
        observedEnd(result.failure());
    }

    /** Fails the transaction because its deadline has passed. Runs no code of users on this thread. */
    @Override
    final void expire() {
        fail(overdue());
    }

    /**
     * Returns the deadline of the result. It is later if the response has arrived: unpacking may take as long again.
     *
     * @return a time of {@link Timer#now()}
     */
    final long lastDeadline() {
        return isDone() ? deadline + limit.nanos() : deadline;
    }

    /** Ends the transaction at its last deadline, whether its response has arrived or not. */
    final void expireAtLast() {
        if (!isDone()) {
            expire();
        } else {
            failUnread();
            pending.remove(this);
        }
    }

    /**
     * {@return the failure of a transaction whose deadline has passed: {@code TIMEOUT}, unless a subclass knows more}
     */
    protected BusException overdue() {
        return failures.of(Reason.TIMEOUT, peer(), "no response " + limit, null);
    }

    @Override
    final BusException unreadable(Outcome outcome, Throwable thrown) {
        return thrown == null
                ? failures.of(
                        Reason.TIMEOUT,
                        outcome,
                        peer(),
                        "a response arrived, but its codec did not read it " + limit,
                        null)
                : failures.of(
                        Reason.CODEC,
                        outcome,
                        peer(),
                        "the response could not be read: " + Described.of(thrown),
                        thrown);
    }

    /** {@return its time limit, which may be used up from the start} */
    public final TimeLimit limit() {
        return limit;
    }

    /**
     * Fails the transaction before it is sent, if its time limit is used up.
     *
     * @return whether it has failed
     */
    public final boolean failIfUsedUp() {
        if (!limit.isUsedUp()) {
            return false;
        }
        fail(failures.of(
                Reason.EXPIRED, peer(), "the time of the forwarded request was used up before it was sent", null));
        return true;
    }

    /** {@return the remaining time, in nanoseconds; negative after the deadline} */
    @Override
    public final long nanosLeft() {
        return deadline - pending.timer().now();
    }

    @Override
    final long nanosToUnpack() {
        return limit.nanos();
    }

    /** {@return when it started, a time of {@link Timer#now()}} */
    public final long start() {
        return deadline - limit.nanos();
    }

    /** {@return its deadline, a time of {@link Timer#now()}} */
    public final long deadline() {
        return deadline;
    }

    /**
     * Called once when the transaction has ended, on the thread that ends it, before its owner is notified.
     *
     * @param failure its failure; null if a response has arrived
     */
    protected void ended(BusException failure) {}

    /**
     * Sets an action that runs when the transaction has ended, before its owner is notified: the owner may need at once
     * what the action releases.
     *
     * @param action runs once, on any thread; at once if the transaction has already ended; must not block
     */
    public final void whenEnded(Runnable action) {
        synchronized (this) {
            whenEnded = action;
        }
        if (isDone()) {
            runWhenEnded();
        }
    }

    private void runWhenEnded() {
        if (whenEnded == null) {
            return; // whenEnded() runs an action that is set from now on, because this has ended.
        }
        Runnable action;
        synchronized (this) {
            action = whenEnded;
            whenEnded = null;
        }
        if (action != null) {
            action.run();
        }
    }
}
