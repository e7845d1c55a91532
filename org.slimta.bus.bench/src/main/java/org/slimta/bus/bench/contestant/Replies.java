package org.slimta.bus.bench.contestant;

import java.nio.ByteBuffer;
import org.slimta.bus.bench.work.Payload;

/** Collects the reply frames to the requests of one read, to be written together. Not thread-safe. */
final class Replies {

    private ByteBuffer frames = ByteBuffer.allocate(16 << 10);

    void add(byte[] request) {
        byte[] reply = Payload.replyTo(request.length);
        frames = Room.of(4 + reply.length, frames);
        frames.putInt(reply.length).put(reply);
    }

    boolean isEmpty() {
        return frames.position() == 0;
    }

    byte[] take() {
        byte[] taken = new byte[frames.flip().remaining()];
        frames.get(taken).clear();
        return taken;
    }
}
