package org.slimta.bus.impl.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * Collects the bytes of one part. A new piece is as large as the bytes that are there to be read, or as all that have
 * arrived so far: so a part has few pieces, and its memory is at most about twice what has arrived. Not thread-safe.
 */
final class PartBuffer {

    private static final int MIN_PIECE_BYTES = 256;
    private static final int MAX_PIECE_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};

    private final long size;
    private List<ByteBuffer> before;
    private byte[] piece = NOTHING;
    private int filled;
    private long received;
    private long heldBytes;

    PartBuffer(long size) {
        this.size = size;
    }

    boolean isFull() {
        return received == size;
    }

    /** The memory that it uses, in bytes. */
    long heldBytes() {
        return heldBytes;
    }

    /** The number of bytes that have not arrived yet. */
    long missing() {
        return size - received;
    }

    /** The first byte; -1 if none has arrived yet. */
    int first() {
        return received == 0
                ? -1
                : Byte.toUnsignedInt((before == null ? piece : before.get(0).array())[0]);
    }

    /** A copy of the first bytes that have arrived, at most of some number of them. */
    byte[] start(int maxBytes) {
        byte[] first = before == null ? piece : before.get(0).array();
        int arrived = before == null ? filled : first.length;
        return Arrays.copyOf(first, Math.min(arrived, maxBytes));
    }

    /** Reads bytes until the part is full or they are used up. */
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
        long wanted = Math.max(available, Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, received)));
        piece = new byte[(int) Math.min(size - received, wanted)];
        heldBytes += piece.length;
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

    /** The bytes as an attachment, without copying them. */
    Attachment toAttachment() {
        if (before == null) {
            return Attachment.of(piece);
        }
        before.add(ByteBuffer.wrap(piece, 0, filled));
        return Attachment.of(before);
    }
}
