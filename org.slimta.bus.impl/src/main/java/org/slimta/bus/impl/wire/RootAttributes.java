package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The attributes of a root element, as bytes to be put behind its name. Source: the wire page, part B. */
public final class RootAttributes {

    /** How long they are at most. */
    static final int LONGEST = 64;

    /** No attributes: the slimta form. */
    public static final byte[] NONE = {};

    private RootAttributes() {}

    /**
     * Of requests.
     *
     * @param tx the number of the transaction, 1 or more
     * @param ttl how long the client will still wait, in ms, 0 or more
     * @return the attributes
     */
    public static byte[] request(long tx, long ttl) {
        return (" tx=\"" + tx + "\" ttl=\"" + ttl + '"').getBytes(US_ASCII);
    }

    /**
     * Of responses.
     *
     * @param tx the number of the transaction, 1 or more, or 0 for none
     * @return the attributes
     */
    public static byte[] response(long tx) {
        return tx == 0 ? NONE : (" tx=\"" + tx + '"').getBytes(US_ASCII);
    }
}
