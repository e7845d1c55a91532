package org.slimta.bus.impl.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.text.BoundedCause;

/**
 * The bytes of one frame, checked against the limits: a small frame is written at once, together with others; a larger one
 * piece by piece. They may be written more than once. Thread-safe, once {@link #load()} has returned.
 */
public final class FrameEncoder {

    /** What a frame may weigh to be written together with others, in bytes. */
    public static final int SMALL_FRAME = 32 << 10;

    private static final int START_SIZE = 16 << 10;

    private final OutgoingFrame frame;
    private final long size;
    private List<Attachment> attachments;
    private boolean inMemory;

    /**
     * Prepares the bytes of a frame.
     *
     * @param frame the frame
     * @param limits what it may weigh
     * @throws BusException with {@code TOO_LARGE}, or with {@code CODEC} if an attachment fails to tell its size, or has
     *     another size in memory than it told
     */
    public FrameEncoder(OutgoingFrame frame, FrameLimits limits) throws BusException {
        this.frame = frame;
        try {
            this.attachments = snapshots(frame.attachments());
            size = checkedSize(limits);
        } catch (BusException e) {
            throw e;
        } catch (Throwable e) {
            throw failure("an attachment failed: ", e);
        }
    }

    private static List<Attachment> snapshots(List<Attachment> attachments) {
        if (attachments.isEmpty()) {
            return attachments;
        }
        List<Attachment> snapshots = new ArrayList<>(attachments.size());
        attachments.forEach(attachment -> snapshots.add(new AttachmentSnapshot(attachment)));
        return snapshots;
    }

    private static BusException failure(String what, Throwable thrown) {
        Throwable cause = BoundedCause.of(thrown);
        return new BusException(Reason.CODEC, what + cause, cause);
    }

    private long checkedSize(FrameLimits limits) throws BusException {
        int parts = 1 + attachments.size();
        if (parts > limits.maxParts()) {
            throw FrameDecoder.tooLarge("the frame has " + parts + " parts", "maxParts", limits.maxParts());
        }
        long bytes = frame.xml().length;
        if (bytes > limits.maxXmlSize()) {
            throw FrameDecoder.tooLarge("the XML has " + bytes + " bytes", "maxXmlSize", limits.maxXmlSize());
        }
        inMemory = true;
        for (int i = 0; i < attachments.size(); i++) {
            Attachment attachment = attachments.get(i);
            long part = attachment.size();
            if (part < 0) {
                throw new BusException(Reason.CODEC, "an attachment says that it has " + part + " bytes");
            }
            if (part > limits.maxPartSize()) {
                throw FrameDecoder.tooLarge("part " + (i + 2) + " has " + part + " bytes", "maxPartSize", limits.maxPartSize());
            }
            checkBuffers(part, attachment.buffers());
            bytes += part;
        }
        if (bytes > limits.maxFrameSize()) {
            throw FrameDecoder.tooLarge("the frame has " + bytes + " bytes", "maxFrameSize", limits.maxFrameSize());
        }
        return Short.BYTES + (long) parts * Integer.BYTES + bytes;
    }

    private void checkBuffers(long said, List<ByteBuffer> buffers) throws BusException {
        if (buffers == null) {
            inMemory &= said == 0;
            return;
        }
        long real = 0;
        for (ByteBuffer buffer : buffers) {
            real += buffer.remaining();
        }
        if (real != said) {
            throw new BusException(
                    Reason.CODEC, "an attachment has " + real + " bytes in its buffers; it said that it has " + said);
        }
    }

    /**
     * How much the frame weighs.
     *
     * @return bytes, its root's attributes not counted
     */
    public long size() {
        return size;
    }

    /**
     * How much memory it takes: what is not in memory is read piece by piece.
     *
     * @return bytes, about
     */
    public long weight() {
        return inMemory ? size : Math.min(size, frame.xml().length + (long) FramePieces.READ_SIZE);
    }

    /**
     * Tells whether {@link FramePieces#next()} may block, because there is something to be read that is not in memory.
     *
     * @return whether it may block
     */
    public boolean mayBlock() {
        return !inMemory;
    }

    /**
     * Reads now what is not in memory. May block.
     *
     * @throws BusException with {@code CODEC} if an attachment cannot be read, or has not the size it said
     */
    public void load() throws BusException {
        List<Attachment> loaded = new ArrayList<>(attachments.size());
        try {
            for (Attachment attachment : attachments) {
                loaded.add(attachment.size() > 0 && attachment.buffers() == null ? read(attachment) : attachment);
            }
        } catch (Throwable e) {
            throw failure("an attachment could not be read: ", e);
        }
        attachments = loaded;
        inMemory = true;
    }

    private static Attachment read(Attachment attachment) throws IOException {
        int said = (int) attachment.size();
        try (InputStream in = attachment.open()) {
            byte[] bytes = in.readNBytes(said);
            if (bytes.length < said || in.read() >= 0) {
                throw new IOException("it has not the " + said + " bytes that it said");
            }
            return Attachment.of(bytes);
        }
    }

    /**
     * Tells whether it may be written together with others, by {@link #putInto}.
     *
     * @return whether it is in memory, and small
     */
    public boolean isSmall() {
        return inMemory && size <= SMALL_FRAME;
    }

    /**
     * How much room {@link #putInto} needs at most.
     *
     * @return bytes
     */
    public int room() {
        return (int) size + RootAttributes.LONGEST;
    }

    private void putXml(ByteBuffer target, byte[] rootAttributes) {
        byte[] xml = frame.xml();
        target.putShort((short) (1 + attachments.size()));
        target.putInt(xml.length + rootAttributes.length);
        int split = rootAttributes.length == 0 ? 0 : frame.attributesAt();
        target.put(xml, 0, split).put(rootAttributes).put(xml, split, xml.length - split);
    }

    /**
     * Writes the whole of a small frame.
     *
     * @param target where to
     * @param rootAttributes of the root element, by {@link RootAttributes}
     * @throws IllegalStateException if an attachment fails, or has another size than it said
     */
    public void putInto(ByteBuffer target, byte[] rootAttributes) {
        int start = target.position();
        putXml(target, rootAttributes);
        try {
            for (Attachment attachment : attachments) {
                target.putInt((int) attachment.size());
                if (attachment.size() > 0) {
                    attachment.buffers().forEach(target::put);
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException("an attachment failed", BoundedCause.of(e));
        }
        if (target.position() - start != size + rootAttributes.length) {
            throw new IllegalStateException("an attachment has not the size that it said");
        }
    }

    /**
     * Writes a frame that is not small, from the beginning.
     *
     * @param rootAttributes of the root element, by {@link RootAttributes}
     * @return its bytes
     */
    public FramePieces pieces(byte[] rootAttributes) {
        int xmlSize = Short.BYTES + Integer.BYTES + frame.xml().length + rootAttributes.length;
        ByteBuffer start = ByteBuffer.allocate((int) Math.max(xmlSize, Math.min(size + rootAttributes.length, START_SIZE)));
        putXml(start, rootAttributes);
        return new FramePieces(start, attachments);
    }
}
