package org.slimta.bus.nats.impl.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slimta.bus.spi.FrameBytes;

/** A frame as the bytes of one message. */
public final class FrameMessage {

    private FrameMessage() {}

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
