package org.slimta.bus.impl.socket;

/**
 * The server of a connection. The methods are called on any thread.
 *
 * @param <C> type of the connections
 */
interface ServerConnectionOwner<C> {

    /** The connection is closed. Called once. */
    void onClosed(C connection);

    /**
     * Closing the server need not wait for this connection any more: it is closed, or its client (part A) need not
     * close its end. Called once.
     */
    void onFinished();
}
