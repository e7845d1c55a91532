package org.slimta.bus.impl.wire;

import org.slimta.bus.api.BusException;

/**
 * A frame is over a limit, and it is known where it ends: it fails alone, without the other frames of its connection. The
 * beginning of its XML is kept, which tells the transaction that the frame belongs to, and nothing else of it.
 */
public final class RejectedFrameException extends BusException {

    private static final long serialVersionUID = 1L;

    /** The beginning of the XML, or null. */
    private final byte[] start;

    /** Whether the decoder goes on behind the frame. */
    private final boolean skipped;

    RejectedFrameException(BusException failure, byte[] start, boolean skipped) {
        super(failure.reason(), failure.getMessage());
        this.start = start;
        this.skipped = skipped;
    }

    /**
     * The beginning of the frame's XML, for {@link FrameHeaderReader#readStart}.
     *
     * @return 4 KiB at most, cut behind a tag; null if this frame was rejected before, and now turns out to be too large to be
     *     skipped
     */
    public byte[] start() {
        return start;
    }

    /**
     * Tells whether the decoder skips the rest of the frame and goes on behind it.
     *
     * @return false if the frame is so large that the decoder is of no more use
     */
    public boolean isSkipped() {
        return skipped;
    }
}
