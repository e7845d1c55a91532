package org.slimta.bus.impl.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * Collects the bytes of one part. A piece is as large as what is there to be read, or as what has arrived so far, so that a
 * part has few pieces and takes at most about twice what arrived.
 */
final class PartBuffer {

    private static final int SMALLEST_PIECE = 256;
    private static final int LARGEST_PIECE = 1 << 20;
    private static final byte[] NOTHING = {};

    private final long size;
    private List<ByteBuffer> before;
    private byte[] piece = NOTHING;
    private int filled;
    private long received;
    private long taken;

    PartBuffer(long size) {
        this.size = size;
    }

    boolean isFull() {
        return received == size;
    }

    /** How many bytes of memory it takes. */
    long taken() {
        return taken;
    }

    /** How many bytes are still to come. */
    long missing() {
        return size - received;
    }

    /** The first byte, or -1 if there is none yet. */
    int first() {
        return received == 0 ? -1 : Byte.toUnsignedInt((before == null ? piece : before.get(0).array())[0]);
    }

    /** A copy of the bytes that have arrived, or of the first of them. */
    byte[] start(int most) {
        byte[] first = before == null ? piece : before.get(0).array();
        int there = before == null ? filled : first.length;
        return Arrays.copyOf(first, Math.min(there, most));
    }

    void fill(ByteBuffer bytes) {
        while (bytes.hasRemaining() && received < size) {
            if (filled == piece.length) {
                startPiece(bytes.remaining());
            }
            int count = Math.min(piece.length - filled, bytes.remaining());
            bytes.get(piece, filled, count);
            filled += count;
            received += count;
        }
    }

    private void startPiece(int available) {
        if (filled > 0) {
            if (before == null) {
                before = new ArrayList<>();
            }
            before.add(ByteBuffer.wrap(piece));
        }
        long wanted = Math.max(available, Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, received)));
        piece = new byte[(int) Math.min(size - received, wanted)];
        taken += piece.length;
        filled = 0;
    }

    /** All bytes in one array, copied only if they arrived in several pieces. */
    byte[] toByteArray() {
        if (before == null) {
            return piece;
        }
        byte[] all = new byte[(int) received];
        int at = 0;
        for (ByteBuffer part : before) {
            System.arraycopy(part.array(), 0, all, at, part.capacity());
            at += part.capacity();
        }
        System.arraycopy(piece, 0, all, at, filled);
        return all;
    }

    /** The bytes where they lie. */
    Attachment toAttachment() {
        if (before == null) {
            return Attachment.of(piece);
        }
        before.add(ByteBuffer.wrap(piece, 0, filled));
        return Attachment.of(before);
    }
}
