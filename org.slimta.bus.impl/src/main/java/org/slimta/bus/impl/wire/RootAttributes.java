package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Encodes the attributes of a root element, to be inserted behind its name. Source: the wire page, part B. */
public final class RootAttributes {

    /** The maximal length. Limits do not count these attributes: a sender checks a document before it has them. */
    static final int MAX_BYTES = 64;

    /** No attributes: the slimta form. */
    public static final byte[] NONE = {};

    private static final byte[] TX = " tx=\"".getBytes(US_ASCII);
    private static final byte[] TTL = "\" ttl=\"".getBytes(US_ASCII);

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
