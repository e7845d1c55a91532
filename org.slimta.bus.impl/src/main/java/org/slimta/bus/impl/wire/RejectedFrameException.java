package org.slimta.bus.impl.wire;

import org.slimta.bus.api.BusException;

/**
 * A frame is over a limit, and its end is known: it fails alone, and the other frames of its connection do not. Only
 * the beginning of its XML is kept, from which its transaction is known.
 */
public final class RejectedFrameException extends BusException {

    private static final long serialVersionUID = 1L;

    /** The beginning of the XML, or null. */
    private final byte[] start;

    /** Whether the decoder continues behind the frame. */
    private final boolean skipped;

    RejectedFrameException(BusException failure, byte[] start, boolean skipped) {
        super(failure.reason(), failure.getMessage());
        this.start = start;
        this.skipped = skipped;
    }

    /**
     * The beginning of the frame's XML, for {@link FrameHeaderReader#readStart}.
     *
     * @return 4 KiB at most, cut behind a tag; null if the frame was rejected before and has now proved too large to be
     *     skipped
     */
    public byte[] start() {
        return start;
    }

    /**
     * Tells whether the decoder skips the rest of the frame and continues behind it.
     *
     * @return false if the frame is too large for that: then the decoder must not be used any more
     */
    public boolean isSkipped() {
        return skipped;
    }
}
