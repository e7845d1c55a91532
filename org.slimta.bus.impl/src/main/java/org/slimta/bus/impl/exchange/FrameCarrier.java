package org.slimta.bus.impl.exchange;

/**
 * Takes the frames of one client to its server, and brings the responses back. Thread-safe; none of the methods blocks.
 *
 * @param <R> type of the responses
 */
public interface FrameCarrier<R> {

    /**
     * Sends a transaction as soon as possible, or fails it.
     *
     * @param transaction a transaction with its frame; it may already have ended
     */
    void dispatch(FramedTransaction<R> transaction);

    /** {@return the current number of peers} */
    int peerCount();

    /** Stops sending transactions, because the client is closing. Called before the transactions in flight fail. */
    void stop();

    /** Releases everything. Called after {@link #stop()}, when all transactions have ended. */
    void close();
}
