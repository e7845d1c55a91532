package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;

/**
 * Keeps bytes until they can be decoded. Each byte is copied a few times at most, whatever the pieces in which it
 * arrives and is decoded. Not thread-safe.
 */
final class ByteAccumulator {

    /** From its position to its limit the bytes that are still to be read, then room for more. Null if empty. */
    private ByteBuffer bytes;

    boolean isEmpty() {
        return bytes == null;
    }

    /** The memory that it uses, in bytes. */
    int held() {
        return bytes == null ? 0 : bytes.capacity();
    }

    /** Adds bytes at the end. */
    void add(ByteBuffer more) {
        int count = more.remaining();
        if (count == 0) {
            return;
        }
        int end = bytes == null ? 0 : bytes.limit();
        if (bytes == null || bytes.capacity() - end < count) {
            int kept = bytes == null ? 0 : bytes.remaining();
            ByteBuffer larger = ByteBuffer.allocate(Math.max(kept + count, kept == 0 ? 0 : 2 * kept));
            if (kept > 0) {
                larger.put(bytes);
            }
            bytes = larger.flip();
            end = kept;
        }
        bytes.limit(end + count);
        bytes.put(end, more, more.position(), count);
        more.position(more.limit());
    }

    /**
     * The bytes, to be read from their position on. Then {@link #trim()} is to be called.
     *
     * @return the bytes, or null if there are none
     */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Releases the memory of what was read. */
    void trim() {
        if (bytes == null) {
            return;
        }
        int kept = bytes.remaining();
        if (kept == 0) {
            bytes = null;
        } else if (kept <= bytes.capacity() / 4) {
            bytes = ByteBuffer.allocate(kept).put(bytes).flip();
        }
    }

    void clear() {
        bytes = null;
    }
}
