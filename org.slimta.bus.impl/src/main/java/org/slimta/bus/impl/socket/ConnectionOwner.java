package org.slimta.bus.impl.socket;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.exchange.FramedTransaction;

/**
 * The pool of a connection. The methods may be called on any thread, and do not block.
 *
 * @param <R> type of the responses
 * @param <C> type of the connections
 */
interface ConnectionOwner<R, C> {

    /** How many transactions a connection carries before the next one is used as well. */
    int busyThreshold();

    /** Whether the server has announced recently that it was closing, so that it may do so again. */
    boolean isUnsettled();

    /** The server keeps a connection; returns whether the pool keeps it too. */
    boolean keep(C connection);

    /** Assigns no more transactions to a connection. */
    void stopUsing(C connection);

    /** A connection for large transactions is free. */
    void free(C connection);

    /** The server has announced on this connection that it is closing. */
    void draining(C connection);

    /** A connection is closed. */
    void remove(C connection);

    /** Dispatches a transaction again, soon and on another thread. It was not processed, and will not be. */
    void sendElsewhere(FramedTransaction<R> transaction);

    /** The server could not be reached for a transaction, of which nothing was sent. */
    void unreachable(FramedTransaction<R> transaction, BusException failure);

    /** Asks the server over another connection what became of transactions, soon and on another thread. */
    void askAgain(List<FramedTransaction<R>> transactions);

    /** Whether the server can be asked, as far as is known: then a new connection is proven by a probe. */
    boolean isServerAsked();

    /** The first response on a connection has shown whether the server can be asked. */
    void setServerAsked(boolean can);

    /** A connection was closed or has changed: waiting transactions may take their turns. */
    void advance();
}
