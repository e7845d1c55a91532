package org.slimta.bus.impl.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * Collects the bytes of one part in pieces that are never copied again. A piece is as large as what is there to be read, or
 * as what has arrived so far, so that a part has few pieces and takes at most about twice what arrived.
 */
final class PartBuffer {

    private static final int SMALLEST_PIECE = 256;
    private static final int LARGEST_PIECE = 1 << 20;

    private final List<ByteBuffer> pieces = new ArrayList<>(1);
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private final long size;
    private long received;

    PartBuffer(long size) {
        this.size = size;
    }

    boolean isFull() {
        return received == size;
    }

    void fill(ByteBuffer bytes) {
        while (bytes.hasRemaining() && received < size) {
            if (!piece.hasRemaining()) {
                piece = ByteBuffer.allocate(nextPiece(bytes.remaining()));
                pieces.add(piece);
            }
            int count = Math.min(piece.remaining(), bytes.remaining());
            piece.put(piece.position(), bytes, bytes.position(), count);
            piece.position(piece.position() + count);
            bytes.position(bytes.position() + count);
            received += count;
        }
    }

    private int nextPiece(int available) {
        long wanted = Math.max(available, Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, received)));
        return (int) Math.min(size - received, wanted);
    }

    Attachment toAttachment() {
        pieces.forEach(ByteBuffer::flip);
        return Attachment.of(pieces);
    }
}
