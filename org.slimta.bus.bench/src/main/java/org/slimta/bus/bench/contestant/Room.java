package org.slimta.bus.bench.contestant;

import java.nio.ByteBuffer;

/** Enlarges buffers. */
final class Room {

    private Room() {}

    /** Returns the buffer if it has room, or otherwise a larger one with the same bytes. */
    static ByteBuffer of(int size, ByteBuffer buffer) {
        if (buffer.remaining() >= size) {
            return buffer;
        }
        return ByteBuffer.allocate(2 * (buffer.position() + size)).put(buffer.flip());
    }
}
