package org.slimta.bus.impl.wire;

import java.util.Map;

/**
 * What the root element of a frame says.
 *
 * @param envelope which root it is
 * @param tx the number of the transaction, 1 or more, or 0 if there is none
 * @param ttl how long the client will still wait, in ms, 0 or more, or -1 if it does not say
 * @param contentStart where the content of the root begins, if it has the form that this bus writes, or 0
 * @param control the attributes of a control frame
 */
public record Head(Envelope envelope, long tx, long ttl, int contentStart, Map<String, String> control) {

    /** What is not said of a time to live. */
    public static final long NO_TTL = -1;

    Head(Envelope envelope, long tx, long ttl, int contentStart) {
        this(envelope, tx, ttl, contentStart, Map.of());
    }
}
