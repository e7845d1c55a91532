package org.slimta.bus.impl.tls;

import javax.net.ssl.SSLException;

/**
 * Records that bring nothing for whoever uses the connection: of the handshake, tickets, key updates, warnings, empty ones. One
 * can cost a thousand times more than as many bytes of contents, so a peer may not send them without end, nor many at once. Not
 * thread-safe.
 */
final class EmptyRecords {

    /** Enough for the longest handshake in the smallest pieces that are in use. */
    private static final int ALLOWANCE = 256;

    /**
     * For so many bytes of contents, in whichever direction, there may be one more. Few peers need any; but the engine of the JDK
     * asks for new keys with each record from the limit of a key on until it gets them, and each of its requests is answered.
     */
    private static final int CONTENT_BYTES_FOR_ONE = 256;

    private static final int MAX_AT_ONCE = 32;

    private long received;
    private long all;
    private int atOnce;

    /** What follows is a new turn: others may have had theirs before. */
    void beginTurn() {
        atOnce = 0;
    }

    /**
     * Counts a record.
     *
     * @param contents how many bytes it brings
     * @param sent how many bytes of contents were sent
     * @throws SSLException if too many bring none
     */
    void count(int contents, long sent) throws SSLException {
        if (contents > 0) {
            received += contents;
            return;
        }
        atOnce++;
        if (++all > ALLOWANCE + (received + sent) / CONTENT_BYTES_FOR_ONE) {
            throw new SSLException(
                    "the peer keeps sending TLS records without contents, such as key updates (" + all + " so far)");
        }
    }

    /** Whether others should have their turn before there are more. */
    boolean areMany() {
        return atOnce >= MAX_AT_ONCE;
    }
}
