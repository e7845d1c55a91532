package org.slimta.bus.impl.wire;

import java.util.Map;

/**
 * What the root element of a frame says.
 *
 * @param envelope which root it is
 * @param tx the number of the transaction, 1 or more, or 0 if there is none
 * @param ttl how long the client will still wait, in ms, 0 or more, or -1 if it does not say
 * @param control the attributes of a control frame
 */
public record Head(Envelope envelope, long tx, long ttl, Map<String, String> control) {

    /** What is not said of a time to live. */
    public static final long NO_TTL = -1;

    Head(Envelope envelope, long tx, long ttl) {
        this(envelope, tx, ttl, Map.of());
    }
}
