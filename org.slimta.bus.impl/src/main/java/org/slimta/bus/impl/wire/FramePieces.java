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
 * The bytes of one frame that is not small. Small parts are copied together; large ones are handed out piece by piece
 * without copying; those that are not in memory are read piece by piece. Not thread-safe.
 */
public final class FramePieces implements AutoCloseable {

    private static final int MAX_SMALL_PART_BYTES = 16 << 10;
    private static final int GATHER_BYTES = 64 << 10;
    private static final int MAX_SLICE_BYTES = 128 << 10;
    static final int MAX_READ_BYTES = 256 << 10;

    private final Deque<Attachment> rest;
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private ByteBuffer gathering;
    private InputStream stream;
    private long streamRest;

    /**
     * Creates the pieces of a frame.
     *
     * @param start what comes before the attachments, from its beginning to its position; the room after that is used
     *     for more
     * @param attachments the attachments
     */
    FramePieces(ByteBuffer start, List<Attachment> attachments) {
        gathering = start;
        rest = new ArrayDeque<>(attachments);
    }

    /**
     * Gives the next piece. May block if an attachment must be read.
     *
     * @return a buffer with at least one byte; ownership passes to the caller; null after the last piece
     * @throws IOException if an attachment cannot be read, whatever it throws, or does not have its declared size
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
        boolean small = buffers != null && bytes <= MAX_SMALL_PART_BYTES;
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

    /**
     * Cuts a buffer: so the receiver can work on the beginning while the rest is sent, and progress can be measured.
     */
    private void slice(ByteBuffer buffer) {
        while (buffer.remaining() > MAX_SLICE_BYTES) {
            ready.add(buffer.slice(buffer.position(), MAX_SLICE_BYTES));
            buffer.position(buffer.position() + MAX_SLICE_BYTES);
        }
        if (buffer.hasRemaining()) {
            ready.add(buffer);
        }
    }

    private void ensureRoom(int bytes) {
        if (gathering.remaining() < bytes) {
            flushGathered();
            gathering = ByteBuffer.allocate(rest.isEmpty() ? bytes : GATHER_BYTES);
        }
    }

    private void flushGathered() {
        if (gathering.position() > 0) {
            slice(gathering.flip());
            gathering = ByteBuffer.allocate(0);
        }
    }

    private ByteBuffer readStream() throws IOException {
        byte[] bytes = stream.readNBytes((int) Math.min(streamRest, MAX_READ_BYTES));
        if (bytes.length == 0) {
            throw new EOFException("an attachment ended " + streamRest + " bytes before its declared size");
        }
        streamRest -= bytes.length;
        if (streamRest == 0) {
            if (stream.read() >= 0) {
                throw new IOException("an attachment is longer than its declared size");
            }
            close();
        }
        return ByteBuffer.wrap(bytes);
    }

    /**
     * Closes the attachment that is being read, if any. May block.
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
