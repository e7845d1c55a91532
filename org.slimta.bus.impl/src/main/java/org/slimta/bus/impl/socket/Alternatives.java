package org.slimta.bus.impl.socket;

import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.exchange.FramedTransaction;

/**
 * The other servers of the client of a pool: they take over its transactions while its own server cannot be reached.
 * The methods may be called on any thread, and do not block.
 *
 * @param <R> type of the responses
 */
interface Alternatives<R> {

    /** Whether there may be other servers. */
    boolean exist();

    /**
     * Sends a transaction to any server, soon and on another thread.
     *
     * @return false if there are no others: then nothing has happened
     */
    boolean dispatchSoon(FramedTransaction<R> transaction);

    /** Whether another server can take over a transaction that was not sent. */
    boolean mayTakeOver(FramedTransaction<R> transaction);

    /**
     * Gives a transaction that was not sent to another server, soon and on another thread.
     *
     * @param transaction the transaction, for which no part of the pool is responsible
     * @param failure why the server of the pool could not be reached
     * @return whether another server takes it over
     */
    boolean takeOver(FramedTransaction<R> transaction, BusException failure);

    /**
     * Makes the failure of a transaction that no server can take over.
     *
     * @param transaction the transaction
     * @param last why the server of the pool could not be reached
     * @return a failure that names each server that was tried
     */
    BusException failureOfAll(FramedTransaction<R> transaction, BusException last);

    /** The server of the pool can be reached. */
    void reachable();

    /** The server of the pool cannot be reached now. */
    void unreachable(BusException failure);

    /** The server of the pool has announced that it is closing. */
    void closing();

    /** The pool has no connections, and nothing waits for one. */
    void unused();

    /** Returns the alternatives of a client that has one server. */
    static <R> Alternatives<R> none() {
        return new Alternatives<>() {

            @Override
            public boolean exist() {
                return false;
            }

            @Override
            public boolean dispatchSoon(FramedTransaction<R> transaction) {
                return false;
            }

            @Override
            public boolean mayTakeOver(FramedTransaction<R> transaction) {
                return false;
            }

            @Override
            public boolean takeOver(FramedTransaction<R> transaction, BusException failure) {
                return false;
            }

            @Override
            public BusException failureOfAll(FramedTransaction<R> transaction, BusException last) {
                return last;
            }

            @Override
            public void reachable() {}

            @Override
            public void unreachable(BusException failure) {}

            @Override
            public void closing() {}

            @Override
            public void unused() {}
        };
    }
}
