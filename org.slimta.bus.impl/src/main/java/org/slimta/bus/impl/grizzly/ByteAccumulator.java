package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;

/**
 * Bytes that are kept until they can be read. However they come and are read, each is copied a few times at most. Not
 * thread-safe.
 */
final class ByteAccumulator {

    /** From the position to the limit they are still to be read; behind the limit there is room. */
    private ByteBuffer bytes;

    boolean isEmpty() {
        return bytes == null;
    }

    /** How much memory it takes, in bytes. */
    int held() {
        return bytes == null ? 0 : bytes.capacity();
    }

    /** Keeps bytes behind those that it has. */
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
     * What it keeps, to be read from the position on; then {@link #trim()} is to be called.
     *
     * @return the bytes, or null if there are none
     */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Lets go what was read. */
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
