package org.slimta.bus.impl.wire;

import java.util.Locale;
import java.util.Map;
import org.slimta.bus.api.BusException.Reason;

/**
 * The header of a frame: what its root element says.
 *
 * @param envelope the name of the root element
 * @param tx the number of the transaction, 1 or more; 0 if there is none
 * @param ttl the time that the client will still wait, in milliseconds, 0 or more; {@link #NO_TTL} if it is not given
 * @param contentStart the index at which the content of the root begins, if it has the form that this bus writes;
 *     otherwise 0
 * @param control the attributes of a control frame; empty for other frames
 * @param error the reason for which the transaction failed, as on the wire; null if it did not fail
 */
public record FrameHeader(
        Envelope envelope, long tx, long ttl, int contentStart, Map<String, String> control, String error) {

    /** The {@code ttl} of a frame that gives none. */
    public static final long NO_TTL = -1;

    FrameHeader(Envelope envelope, long tx, long ttl, int contentStart) {
        this(envelope, tx, ttl, contentStart, Map.of(), null);
    }

    /**
     * Tells whether the content of the root is known to be items, in the form that this bus writes.
     *
     * @return false if it may be a failure, or anything else
     */
    public boolean hasItems() {
        return contentStart > 0;
    }

    /**
     * Tells whether the transaction failed for a reason.
     *
     * @param reason the reason
     * @return whether the frame gives that reason
     */
    public boolean isError(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(error);
    }
}
