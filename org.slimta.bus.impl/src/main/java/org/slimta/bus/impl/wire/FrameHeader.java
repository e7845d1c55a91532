package org.slimta.bus.impl.wire;

import java.util.Locale;
import java.util.Map;
import org.slimta.bus.api.BusException.Reason;

/**
 * What the root element of a frame says.
 *
 * @param envelope which root it is
 * @param tx the number of the transaction, 1 or more, or 0 if there is none
 * @param ttl how long the client will still wait, in ms, 0 or more, or -1 if it does not say
 * @param contentStart where the content of the root begins, if it has the form that this bus writes, or 0
 * @param control the attributes of a control frame
 * @param error why the transaction failed, in the words of the wire, or null
 */
public record FrameHeader(Envelope envelope, long tx, long ttl, int contentStart, Map<String, String> control, String error) {

    /** What is not said of a time to live. */
    public static final long NO_TTL = -1;

    FrameHeader(Envelope envelope, long tx, long ttl, int contentStart) {
        this(envelope, tx, ttl, contentStart, Map.of(), null);
    }

    /**
     * Tells whether the transaction failed for a reason.
     *
     * @param reason the reason
     * @return whether it says so
     */
    public boolean isError(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(error);
    }
}
