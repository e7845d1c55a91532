package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Assembles frames, each of which follows its size in four bytes. Not thread-safe. */
final class FrameAssembler {

    private final ByteBuffer header = ByteBuffer.allocate(4);
    private final Consumer<byte[]> frames;
    private byte[] frame;
    private int filled;

    FrameAssembler(Consumer<byte[]> frames) {
        this.frames = frames;
    }

    void feed(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (frame == null) {
                begin(in);
            } else {
                int count = Math.min(in.remaining(), missing());
                in.get(frame, filled, count);
                filled(count);
            }
        }
    }

    private void begin(ByteBuffer in) {
        while (header.hasRemaining() && in.hasRemaining()) {
            header.put(in.get());
        }
        if (!header.hasRemaining()) {
            frame = new byte[header.getInt(0)];
            filled = 0;
            header.clear();
        }
    }

    /** The number of bytes that are missing from the current frame. */
    int missing() {
        return frame == null ? 0 : frame.length - filled;
    }

    /**
     * Reads directly into the current frame.
     *
     * @return false at the end of the stream
     */
    boolean read(InputStream in) throws IOException {
        int count = in.read(frame, filled, missing());
        if (count > 0) {
            filled(count);
        }
        return count > 0;
    }

    private void filled(int count) {
        filled += count;
        if (filled == frame.length) {
            byte[] whole = frame;
            frame = null;
            frames.accept(whole);
        }
    }
}
