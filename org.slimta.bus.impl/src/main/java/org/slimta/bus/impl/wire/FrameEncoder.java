package org.slimta.bus.impl.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;

/**
 * Hands out the bytes of one frame, piece by piece. Small parts leave together in one piece; large ones are handed out where
 * they lie; those that are not in memory are read piece by piece. Not thread-safe.
 */
public final class FrameEncoder implements AutoCloseable {

    private static final int SMALL_PART = 16 << 10;
    private static final int GATHER_SIZE = 64 << 10;
    private static final int READ_SIZE = 256 << 10;

    private final Deque<Attachment> rest = new ArrayDeque<>();
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private final Frame frame;
    private final boolean blocking;
    private long left;
    private ByteBuffer gathering = ByteBuffer.allocate(0);
    private InputStream stream;
    private long streamRest;

    /**
     * Prepares the bytes of a frame.
     *
     * @param frame the frame
     * @param limits what it may weigh
     * @throws BusException with {@code TOO_LARGE}, or with {@code CODEC} if an attachment fails to tell its size
     */
    public FrameEncoder(Frame frame, FrameLimits limits) throws BusException {
        this.frame = frame;
        try {
            check(frame, limits);
            rest.add(frame.xml());
            rest.addAll(frame.attachments());
            blocking = rest.stream().anyMatch(part -> part.size() > 0 && part.buffers() == null);
            left = Short.BYTES
                    + rest.stream().mapToLong(part -> Integer.BYTES + part.size()).sum();
        } catch (RuntimeException e) {
            throw new BusException(Reason.CODEC, "an attachment failed: " + e, e);
        }
    }

    private static void check(Frame frame, FrameLimits limits) throws BusException {
        int parts = 1 + frame.attachments().size();
        if (parts > limits.parts()) {
            throw FrameDecoder.tooLarge("the frame has " + parts + " parts", "parts", limits.parts());
        }
        long size = frame.xml().size();
        if (size > limits.xmlSize()) {
            throw FrameDecoder.tooLarge("the XML has " + size + " bytes", "xmlSize", limits.xmlSize());
        }
        int number = 1;
        for (Attachment attachment : frame.attachments()) {
            number++;
            if (attachment.size() > limits.partSize()) {
                throw FrameDecoder.tooLarge(
                        "part " + number + " has " + attachment.size() + " bytes", "partSize", limits.partSize());
            }
            size += attachment.size();
        }
        if (size > limits.frameSize()) {
            throw FrameDecoder.tooLarge("the frame has " + size + " bytes", "frameSize", limits.frameSize());
        }
    }

    /**
     * Tells whether {@link #next()} may block, because there is something to be read that is not in memory.
     *
     * @return whether it may block
     */
    public boolean mayBlock() {
        return blocking;
    }

    /**
     * The next bytes.
     *
     * @return a buffer that is the caller's from now on, or null after the last
     * @throws IOException if an attachment cannot be read, or has not the size it said
     */
    public ByteBuffer next() throws IOException {
        while (ready.isEmpty()) {
            if (stream != null) {
                return readStream();
            }
            if (rest.isEmpty()) {
                return takeGathered();
            }
            gather(rest.poll());
        }
        return ready.poll();
    }

    private void gather(Attachment part) throws IOException {
        long size = part.size();
        List<ByteBuffer> buffers = size == 0 ? List.of() : part.buffers();
        boolean first = part == frame.xml();
        boolean small = buffers != null && size <= SMALL_PART;
        ensureRoom((first ? Short.BYTES : 0) + Integer.BYTES + (small ? (int) size : 0));
        if (first) {
            gathering.putShort((short) (1 + frame.attachments().size()));
        }
        gathering.putInt((int) size);
        left -= (first ? Short.BYTES : 0) + Integer.BYTES + size;
        if (buffers != null && buffers.stream().mapToLong(ByteBuffer::remaining).sum() != size) {
            throw new IOException("an attachment has buffers of another size than the " + size + " bytes that it said");
        }
        if (small) {
            buffers.forEach(gathering::put);
            return;
        }
        flushGathered();
        if (buffers != null) {
            ready.addAll(buffers);
        } else {
            stream = part.open();
            streamRest = size;
        }
    }

    private void ensureRoom(int size) {
        if (gathering.remaining() < size) {
            flushGathered();
            gathering = ByteBuffer.allocate((int) Math.max(size, Math.min(left, GATHER_SIZE)));
        }
    }

    private void flushGathered() {
        if (gathering.position() > 0) {
            ready.add(gathering.flip());
            gathering = ByteBuffer.allocate(0);
        }
    }

    private ByteBuffer takeGathered() {
        flushGathered();
        return ready.poll();
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

    /** Closes what is being read. */
    @Override
    public void close() throws IOException {
        if (stream != null) {
            try {
                stream.close();
            } finally {
                stream = null;
            }
        }
    }
}
