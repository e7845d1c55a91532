package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.FramePieces;

/** A frame that is written piece by piece, each after the one before has left. Not thread-safe. */
final class LargeFrame {

    private final OutboundFrame frame;
    private final long size;
    private final long weight;
    private FramePieces pieces;
    private boolean started;

    LargeFrame(OutboundFrame frame) {
        this.frame = frame;
        this.size = frame.encoder().size();
        this.weight = FrameQueue.weight(frame);
    }

    /** Prepares the pieces. */
    void open(byte[] rootAttributes) {
        pieces = frame.encoder().pieces(rootAttributes);
    }

    OutboundFrame frame() {
        return frame;
    }

    /** Whether {@link #next()} may block, because it reads from outside the memory. */
    boolean mayBlock() {
        return frame.encoder().mayBlock();
    }

    /** The next piece; null after the last. */
    ByteBuffer next() throws IOException {
        ByteBuffer piece = pieces.next();
        started |= piece != null;
        return piece;
    }

    /** Whether a piece was handed out: then some of the frame has left, or will. */
    boolean isStarted() {
        return started;
    }

    /** Closes what is being read. May block if {@link #mayBlock()}. */
    void close() {
        try {
            pieces.close();
        } catch (IOException | RuntimeException e) {
            // It was only read, and its bytes are complete or not needed any more.
        }
    }

    /** Its size in bytes, without the attributes of its root. */
    long size() {
        return size;
    }

    /** Its memory in bytes, while it waits. */
    long weight() {
        return weight;
    }
}
