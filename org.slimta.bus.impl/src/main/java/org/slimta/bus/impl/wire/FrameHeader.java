package org.slimta.bus.impl.wire;

import java.util.Locale;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;

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
 * @param headers the headers of the transaction; none if they cannot be used
 * @param headerFault why the headers of responses cannot be used, so that the transaction fails; null if they can
 * @param negotiation what it says about extensions of the protocol
 */
public record FrameHeader(
        Envelope envelope,
        long tx,
        long ttl,
        int contentStart,
        Map<String, String> control,
        String error,
        Headers headers,
        BusException headerFault,
        Negotiation negotiation) {

    /** The {@code ttl} of a frame that gives none. */
    public static final long NO_TTL = -1;

    /** About the memory of a header besides its characters, in bytes. */
    private static final int HEADER_OVERHEAD_BYTES = 160;

    FrameHeader(Envelope envelope, long tx, long ttl, int contentStart) {
        this(envelope, tx, ttl, contentStart, Negotiation.NONE);
    }

    FrameHeader(Envelope envelope, long tx, long ttl, int contentStart, Negotiation negotiation) {
        this(envelope, tx, ttl, contentStart, Map.of(), null, Headers.none(), null, negotiation);
    }

    /** The same with headers. */
    FrameHeader with(Headers newHeaders, BusException newFault) {
        return new FrameHeader(envelope, tx, ttl, contentStart, control, error, newHeaders, newFault, negotiation);
    }

    /** {@return about the memory that the headers use, in bytes} */
    public long weight() {
        long weight = 0;
        for (String name : headers.names()) {
            weight += 2L * (name.length() + headers.get(name).length()) + HEADER_OVERHEAD_BYTES;
        }
        return weight;
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
