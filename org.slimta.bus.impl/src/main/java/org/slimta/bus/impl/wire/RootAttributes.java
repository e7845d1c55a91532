package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Encodes the attributes of a root element, to be inserted behind its name. Source: the wire page, part B. */
public final class RootAttributes {

    /** The maximal length. Limits do not count these attributes: a sender checks a document before it has them. */
    static final int MAX_BYTES = 160;

    /** No attributes: the slimta form. */
    public static final byte[] NONE = {};

    private static final byte[] TX = " tx=\"".getBytes(US_ASCII);
    private static final byte[] TTL = "\" ttl=\"".getBytes(US_ASCII);
    private static final byte[] EPOCH = "\" epoch=\"".getBytes(US_ASCII);
    private static final byte[] SEEN = "\" seen=\"".getBytes(US_ASCII);

    private RootAttributes() {}

    /**
     * Encodes the attributes of requests.
     *
     * @param tx the number of the transaction, 1 or more
     * @param ttl the time that the client will still wait, in milliseconds, 0 or more
     * @return the attributes
     */
    public static byte[] request(long tx, long ttl) {
        byte[] bytes = new byte[TX.length + digits(tx) + TTL.length + digits(ttl) + 1];
        int at = putNumber(bytes, 0, TX, tx);
        bytes[putNumber(bytes, at, TTL, ttl)] = '"';
        return bytes;
    }

    /**
     * Encodes the attributes of requests to a server that can be asked about them.
     *
     * @param tx the number of the transaction, 1 or more
     * @param ttl the time that the client will still wait, in milliseconds, 0 or more
     * @param epoch the epoch of the client; 0 is left out
     * @param seen up to which number the client needs no response any more; 0 is left out
     * @return the attributes
     */
    public static byte[] request(long tx, long ttl, long epoch, long seen) {
        if (epoch == 0 && seen == 0) {
            return request(tx, ttl);
        }
        int size = TX.length + digits(tx) + TTL.length + digits(ttl) + 1;
        size += epoch == 0 ? 0 : EPOCH.length + digits(epoch);
        size += seen == 0 ? 0 : SEEN.length + digits(seen);
        byte[] bytes = new byte[size];
        int at = putNumber(bytes, putNumber(bytes, 0, TX, tx), TTL, ttl);
        at = epoch == 0 ? at : putNumber(bytes, at, EPOCH, epoch);
        at = seen == 0 ? at : putNumber(bytes, at, SEEN, seen);
        bytes[at] = '"';
        return bytes;
    }

    /**
     * Encodes the attributes of the first requests on a connection, which offer to ask about them.
     *
     * @param tx the number of the transaction, 1 or more
     * @param ttl the time that the client will still wait, in milliseconds, 0 or more
     * @param epoch the epoch of the client; 0 is left out
     * @param client the identity of the client
     * @return the attributes
     */
    public static byte[] firstRequest(long tx, long ttl, long epoch, String client) {
        return append(request(tx, ttl, epoch, 0), " can=\"ask\" client=\"" + client + "\"");
    }

    /**
     * Encodes the attributes of requests without items that only prove a connection.
     *
     * @param tx the number that they use up, 1 or more
     * @param client the identity of the client
     * @return the attributes
     */
    public static byte[] probe(long tx, String client) {
        return append(response(tx), " can=\"ask\" client=\"" + client + "\" probe=\"true\"");
    }

    /**
     * Encodes the attributes of the first responses on a connection, if the server can be asked.
     *
     * @param tx the number of the transaction, 1 or more; 0 if the document has it already
     * @param server the identity of the server
     * @return the attributes
     */
    public static byte[] firstResponse(long tx, String server) {
        return append(response(tx), " can=\"ask\" server=\"" + server + "\"");
    }

    private static byte[] append(byte[] first, String more) {
        byte[] all = Arrays.copyOf(first, first.length + more.length());
        System.arraycopy(more.getBytes(US_ASCII), 0, all, first.length, more.length());
        return all;
    }

    /**
     * Encodes the attributes of responses.
     *
     * @param tx the number of the transaction, 1 or more; 0 for none
     * @return the attributes
     */
    public static byte[] response(long tx) {
        if (tx == 0) {
            return NONE;
        }
        byte[] bytes = new byte[TX.length + digits(tx) + 1];
        bytes[putNumber(bytes, 0, TX, tx)] = '"';
        return bytes;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static int putNumber(byte[] target, int at, byte[] before, long number) {
        System.arraycopy(before, 0, target, at, before.length);
        int end = at + before.length + digits(number);
        long rest = number;
        for (int i = end - 1; i >= at + before.length; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }
}
