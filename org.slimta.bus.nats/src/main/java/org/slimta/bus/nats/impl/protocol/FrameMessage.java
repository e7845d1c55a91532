package org.slimta.bus.nats.impl.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slimta.bus.spi.FrameBytes;

/** A frame as the bytes of one message. */
public final class FrameMessage {

    /** A larger frame goes in chunks, over the second connection. */
    private static final int MAX_BYTES = 256 << 10;

    private FrameMessage() {}

    /**
     * Tells whether a frame goes in one message. Any other one goes in chunks.
     *
     * @param size the size of the frame, in bytes
     * @param maxPayload the size of a message that a node allows, in bytes
     * @return whether it does
     */
    public static boolean fits(long size, int maxPayload) {
        return size <= Math.min(MAX_BYTES, maxPayload / 2);
    }

    /**
     * Reads a frame. May block if the frame says so.
     *
     * @param frame the frame; its end is reached then
     * @return its bytes
     * @throws IOException if an attachment cannot be read
     */
    public static byte[] read(FrameBytes frame) throws IOException {
        ByteBuffer first = frame.next();
        if (first.hasArray() && first.remaining() == frame.size() && first.array().length == first.remaining()) {
            return first.array();
        }
        byte[] all = new byte[(int) frame.size()];
        int at = 0;
        for (ByteBuffer next = first; next != null; next = frame.next()) {
            int count = next.remaining();
            next.get(all, at, count);
            at += count;
        }
        return all;
    }
}
