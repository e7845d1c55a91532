package org.slimta.bus.impl.tls;

import javax.net.ssl.SSLException;

/**
 * Counts the records without contents for the user of a connection: of the handshake, tickets, key updates, warnings,
 * and empty ones. Such a record can cost a thousand times more than as many bytes of contents. So a peer must not send
 * them without end, nor many at once. Not thread-safe.
 */
final class EmptyRecords {

    /** The number that is always allowed: enough for the longest handshake in the smallest pieces that are in use. */
    private static final int ALLOWED_RECORDS = 256;

    /**
     * The number of bytes of contents, in either direction, for which one more is allowed. Few peers need it; but from
     * the limit of a key on the engine of the JDK requests new keys with each record until it gets them, and each
     * request is answered.
     */
    private static final int CONTENT_BYTES_PER_RECORD = 256;

    private static final int MAX_RECORDS_IN_A_TURN = 32;

    private long receivedBytes;
    private long all;
    private int inThisTurn;

    /** Begins a new turn of this connection: others may have had theirs before. */
    void beginTurn() {
        inThisTurn = 0;
    }

    /**
     * Counts a record.
     *
     * @param contentBytes the number of bytes of contents in it
     * @param sentBytes the number of bytes of contents that were sent so far
     * @throws SSLException if too many records had no contents
     */
    void count(int contentBytes, long sentBytes) throws SSLException {
        if (contentBytes > 0) {
            receivedBytes += contentBytes;
            return;
        }
        inThisTurn++;
        if (++all > ALLOWED_RECORDS + (receivedBytes + sentBytes) / CONTENT_BYTES_PER_RECORD) {
            throw new SSLException(
                    "the peer keeps sending TLS records without contents, such as key updates (" + all + " so far)");
        }
    }

    /** Whether other connections should have their turn before this one continues. */
    boolean areMany() {
        return inThisTurn >= MAX_RECORDS_IN_A_TURN;
    }
}
