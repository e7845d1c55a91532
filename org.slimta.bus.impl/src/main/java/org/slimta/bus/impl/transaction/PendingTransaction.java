package org.slimta.bus.impl.transaction;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.text.Described;

/**
 * A transaction of a client that waits for its response: its time, its failures, and what it holds until it has ended.
 * Thread-safe.
 *
 * @param <R> type of the responses
 */
public class PendingTransaction<R> extends TwoStepResponse<R> {

    private final PendingTransactions pending;
    private final Failures failures;
    private final String peer;
    private final TimeLimit limit;
    private final long deadline;
    private volatile Runnable whenEnded; // Guarded by this; volatile so that it can be read without the lock.

    /**
     * A transaction that begins now.
     *
     * @param pending the transactions of the client
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param limit how long it may take
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

    /**
     * Brings the response. Runs no code of users on this thread.
     *
     * @param response the response
     * @return whether the transaction had not ended before
     */
    public final boolean answer(ArrivedResponse<R> response) {
        return arrive(response);
    }

    /**
     * Ends it with responses. Runs no code of users on this thread.
     *
     * @param responses one for each request, unmodifiable
     * @return whether it had not ended before
     */
    public final boolean succeed(List<R> responses) {
        return end(new TransactionResult<>(responses, null));
    }

    /**
     * Ends it with a failure. Runs no code of users on this thread.
     *
     * @param failure why
     * @return whether it had not ended before
     */
    public final boolean fail(BusException failure) {
        return end(new TransactionResult<>(null, failure));
    }

    /** What one of the steps throws is no reason to leave out another. */
    @Override
    final void release(Reason failure, boolean keepsChecking) {
        try {
            if (!keepsChecking) {
                pending.remove(this);
            }
            if (failure == null) {
                pending.meter().answered(start());
            } else {
                pending.meter().failed(failure);
            }
            ended();
        } finally {
            runWhenEnded();
        }
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
            pending.meter().failedAfterAll(result.failure().reason());
        }
    }

    /** Its time is over. Runs no code of users on this thread. */
    @Override
    final void expire() {
        fail(overdue());
    }

    /**
     * The latest time of its result, even if its response has arrived: unpacking may take as long again.
     *
     * @return a time of {@link Timer#now()}
     */
    final long lastDeadline() {
        return isDone() ? deadline + limit.nanos() : deadline;
    }

    /** Ends it at its last deadline, whether its response has arrived or not. */
    final void expireAtLast() {
        if (!isDone()) {
            expire();
        } else {
            failUnread();
            pending.remove(this);
        }
    }

    /** {@return the failure of a transaction whose time is over: {@code TIMEOUT}, unless more is known} */
    protected BusException overdue() {
        return failures.of(Reason.TIMEOUT, peer, "no response " + limit, null);
    }

    @Override
    final BusException unreadable(Throwable thrown) {
        return thrown == null
                ? failures.of(Reason.TIMEOUT, peer, "the response has arrived, and its codec has not read it " + limit, null)
                : failures.of(Reason.CODEC, peer, "the response could not be read: " + Described.of(thrown), thrown);
    }

    /** {@return how long it may take, which may be no time at all} */
    public final TimeLimit limit() {
        return limit;
    }

    /**
     * Fails it before it is sent, if it has no time at all.
     *
     * @return whether it has failed
     */
    public final boolean failIfUsedUp() {
        if (!limit.isUsedUp()) {
            return false;
        }
        fail(failures.of(
                Reason.EXPIRED, peer, "the time of the request that was passed on was used up before it was sent", null));
        return true;
    }

    /** {@return how long it may still take, in nanoseconds; less than zero when its time is over} */
    @Override
    public final long nanosLeft() {
        return deadline - pending.timer().now();
    }

    @Override
    final long nanosToUnpack() {
        return limit.nanos();
    }

    /** {@return when it began, a time of {@link Timer#now()}} */
    public final long start() {
        return deadline - limit.nanos();
    }

    /** {@return when its time is over, a time of {@link Timer#now()}} */
    public final long deadline() {
        return deadline;
    }

    /** It has ended, and its owner is about to learn of it. Called once, on the thread that brings the response. */
    protected void ended() {}

    /**
     * Runs an action when it has ended, before anybody learns of it: its owner may need at once what the action releases.
     *
     * @param action runs once, on any thread; at once if the transaction has ended; must not block
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
            return; // An action that is set from now on sees that this has ended.
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
