package org.slimta.bus.impl.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.text.BoundedCause;

/**
 * The bytes of one frame that is not small. Small parts leave together; large ones are handed out piece by piece where they lie;
 * those that are not in memory are read piece by piece. Not thread-safe.
 */
public final class FramePieces implements AutoCloseable {

    private static final int SMALL_PART = 16 << 10;
    private static final int GATHER_SIZE = 64 << 10;
    private static final int SLICE_SIZE = 128 << 10;
    static final int READ_SIZE = 256 << 10;

    private final Deque<Attachment> rest;
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private ByteBuffer gathering;
    private InputStream stream;
    private long streamRest;

    /**
     * The pieces of a frame.
     *
     * @param start what comes before the attachments, to be read from its beginning to its position; what room it has after
     *     that takes more
     * @param attachments the attachments
     */
    FramePieces(ByteBuffer start, List<Attachment> attachments) {
        gathering = start;
        rest = new ArrayDeque<>(attachments);
    }

    /**
     * The next bytes.
     *
     * @return a buffer with at least one byte, the caller's from now on; or null after the last
     * @throws IOException if an attachment cannot be read, whatever it throws, or has not the size it said
     */
    public ByteBuffer next() throws IOException {
        try {
            return nextPiece();
        } catch (Throwable e) {
            Throwable cause = BoundedCause.of(e);
            throw cause instanceof IOException failure ? failure : new IOException(cause.toString(), cause);
        }
    }

    private ByteBuffer nextPiece() throws IOException {
        while (ready.isEmpty()) {
            if (stream != null) {
                return readStream();
            }
            if (rest.isEmpty()) {
                flushGathered();
                return ready.poll();
            }
            gather(rest.poll());
        }
        return ready.poll();
    }

    private void gather(Attachment part) throws IOException {
        long bytes = part.size();
        List<ByteBuffer> buffers = bytes == 0 ? List.of() : part.buffers();
        boolean small = buffers != null && bytes <= SMALL_PART;
        ensureRoom(Integer.BYTES + (small ? (int) bytes : 0));
        gathering.putInt((int) bytes);
        if (small) {
            buffers.forEach(gathering::put);
            return;
        }
        flushGathered();
        if (buffers != null) {
            buffers.forEach(this::slice);
        } else {
            stream = part.open();
            streamRest = bytes;
        }
    }

    /** The receiver is to be busy with the beginning while the rest is on its way, and it is to be seen that it gets on. */
    private void slice(ByteBuffer buffer) {
        while (buffer.remaining() > SLICE_SIZE) {
            ready.add(buffer.slice(buffer.position(), SLICE_SIZE));
            buffer.position(buffer.position() + SLICE_SIZE);
        }
        if (buffer.hasRemaining()) {
            ready.add(buffer);
        }
    }

    private void ensureRoom(int bytes) {
        if (gathering.remaining() < bytes) {
            flushGathered();
            gathering = ByteBuffer.allocate(rest.isEmpty() ? bytes : GATHER_SIZE);
        }
    }

    private void flushGathered() {
        if (gathering.position() > 0) {
            slice(gathering.flip());
            gathering = ByteBuffer.allocate(0);
        }
    }

    private ByteBuffer readStream() throws IOException {
        byte[] bytes = stream.readNBytes((int) Math.min(streamRest, READ_SIZE));
        if (bytes.length == 0) {
            throw new EOFException("an attachment ended " + streamRest + " bytes before the size it said");
        }
        streamRest -= bytes.length;
        if (streamRest == 0) {
            if (stream.read() >= 0) {
                throw new IOException("an attachment goes on after the size that it said");
            }
            close();
        }
        return ByteBuffer.wrap(bytes);
    }

    /**
     * Closes what is being read.
     *
     * @throws IOException if it cannot be closed, whatever it throws
     */
    @Override
    public void close() throws IOException {
        InputStream open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (Throwable e) {
                throw new IOException("an attachment could not be closed: " + BoundedCause.of(e), BoundedCause.of(e));
            }
        }
    }
}
