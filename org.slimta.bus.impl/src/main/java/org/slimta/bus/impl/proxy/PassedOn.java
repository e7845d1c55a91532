package org.slimta.bus.impl.proxy;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.ClientTransaction;

/**
 * The transactions in which a filter has passed on one batch of requests. They show what is certain of the batch if the
 * filter fails. Thread-safe.
 */
public final class PassedOn {

    private enum Count {
        /** The filter has passed on nothing. */
        NONE,
        /** The filter has sent one transaction. */
        ONE,
        /** The filter has sent more than one transaction. */
        SEVERAL
    }

    private Count count = Count.NONE; // Guarded by this.
    private ClientTransaction<?> only; // Guarded by this. Null unless there is one.

    /**
     * Adds a transaction.
     *
     * @param <R> type of the responses
     * @param transaction a transaction of the next bus
     * @return the transaction
     */
    public synchronized <R> ClientTransaction<R> add(ClientTransaction<R> transaction) {
        count = count == Count.NONE ? Count.ONE : Count.SEVERAL;
        only = count == Count.ONE ? transaction : null;
        return transaction;
    }

    /**
     * Returns the outcome of the batch. What a filter fails with may say something about other requests of its own, so
     * its outcome counts only if the filter has passed on the batch once, and passes back the failure of that
     * transaction unchanged.
     *
     * @param failure what the filter fails with
     * @return the outcome, {@code UNKNOWN} if nothing is certain
     */
    public Outcome outcome(Throwable failure) {
        ClientTransaction<?> sent;
        synchronized (this) {
            sent = only;
        }
        return sent != null && failure instanceof BusException known && isFailureOf(sent, failure)
                ? known.outcome()
                : Outcome.UNKNOWN;
    }

    /** The transaction may be code of users. */
    private static boolean isFailureOf(ClientTransaction<?> sent, Throwable failure) {
        Throwable[] found = new Throwable[1];
        try {
            sent.response().whenComplete((responses, e) -> found[0] = e);
        } catch (RuntimeException | Error e) {
            return false;
        }
        return found[0] == failure;
    }
}
