package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * Small frames that leave in one piece. One batch serves all writes of a connection, one after the other: nothing is
 * allocated for a frame but its share of the buffer. Not thread-safe.
 */
final class FrameBatch {

    /** The size of a piece up to which further frames are added to it. */
    private static final int MAX_BYTES = 64 << 10;

    private final List<OutboundFrame> frames = new ArrayList<>(0);
    private final List<byte[]> rootAttributes = new ArrayList<>(0);
    private long size;
    private long weight;

    /**
     * Collects the frames that leave together.
     *
     * @param first the first of them, which was just taken out of the queue
     * @param queue where the others are taken from
     * @return their bytes; none if no frame could be encoded
     */
    ByteBuffer collect(OutboundFrame first, FrameQueue queue) {
        int room = 0;
        for (OutboundFrame frame = first; frame != null; frame = queue.nextSmall(MAX_BYTES - room)) {
            frames.add(frame);
            rootAttributes.add(queue.rootAttributes());
            room += frame.encoder().room();
        }
        return encode(room);
    }

    private ByteBuffer encode(int room) {
        ByteBuffer bytes = ByteBuffer.allocate(room);
        size = 0;
        weight = 0;
        List<OutboundFrame> failed = List.of();
        for (int i = 0; i < frames.size(); i++) {
            OutboundFrame frame = frames.get(i);
            FrameEncoder encoder = frame.encoder();
            size += encoder.size();
            weight += FrameQueue.weight(frame);
            int start = bytes.position();
            try {
                encoder.putInto(bytes, rootAttributes.get(i));
            } catch (RuntimeException e) {
                bytes.position(start);
                failed = new ArrayList<>(failed);
                failed.add(frame);
            }
        }
        clear();
        failed.forEach(frame -> frame.notSent(new BusException(
                Reason.CODEC, "an attachment failed, or did not have its declared size, when the frame was sent")));
        return bytes.flip();
    }

    /** Takes out the frames of a batch whose encoding failed as a whole. */
    List<OutboundFrame> removeAll() {
        List<OutboundFrame> all = new ArrayList<>(frames);
        clear();
        return all;
    }

    private void clear() {
        frames.clear();
        rootAttributes.clear();
    }

    /** The size of the frames that were encoded last, in bytes; those that failed are included. */
    long size() {
        return size;
    }

    /** The memory of the frames that were encoded last, in bytes; those that failed are included. */
    long weight() {
        return weight;
    }
}
