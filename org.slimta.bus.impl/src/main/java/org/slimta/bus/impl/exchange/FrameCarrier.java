package org.slimta.bus.impl.exchange;

/**
 * Brings the frames of one client to its server, and the responses back. Thread-safe; none of the methods blocks.
 *
 * @param <R> type of the responses
 */
public interface FrameCarrier<R> {

    /**
     * Sends a transaction as soon as possible, or fails it.
     *
     * @param transaction a transaction with its frame; it may have ended
     */
    void dispatch(FramedTransaction<R> transaction);

    /** {@return how many peers there are now} */
    int peerCount();

    /** The client is closing: from now on transactions are not sent. Called before the transactions in flight are failed. */
    void stop();

    /** Releases everything. Called after {@link #stop()}, when all transactions have ended. */
    void close();
}
