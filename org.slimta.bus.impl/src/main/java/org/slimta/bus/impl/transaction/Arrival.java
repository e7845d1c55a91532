package org.slimta.bus.impl.transaction;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ServerTransaction;

/**
 * Requests that reached a server and wait to be received.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public interface Arrival<Q, R> {

    /**
     * Makes it a transaction. May wait for a codec.
     *
     * @return the transaction, or null if it has failed or its client is gone
     * @throws InterruptedException if the thread was interrupted while it waited; it can be opened again
     */
    ServerTransaction<Q, R> open() throws InterruptedException;

    /**
     * Tells whether nobody waits for it any more.
     *
     * @return whether it has ended
     */
    boolean isOver();

    /**
     * Fails it, unless it was answered.
     *
     * @param failure why
     */
    void abandon(BusException failure);
}
