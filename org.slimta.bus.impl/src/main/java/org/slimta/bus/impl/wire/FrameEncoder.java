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
 * Encodes one frame, which is checked against the limits first. A small frame is written at once, together with others;
 * a larger one piece by piece. A frame may be written more than once. Thread-safe, once {@link #load()} has returned.
 */
public final class FrameEncoder {

    /** The size, in bytes, up to which a frame is written together with others. */
    public static final int MAX_SMALL_FRAME_BYTES = 32 << 10;

    private static final int FIRST_PIECE_BYTES = 16 << 10;

    private final OutgoingFrame frame;
    private final long size;
    private List<Attachment> attachments;
    private boolean inMemory;

    /**
     * Checks a frame.
     *
     * @param frame the frame
     * @param limits the limits of a frame
     * @throws BusException with {@code TOO_LARGE}; or with {@code CODEC} if an attachment fails, or its buffers do not
     *     have its declared size
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
                throw new BusException(Reason.CODEC, "an attachment declared a size of " + part + " bytes");
            }
            if (part > limits.maxPartSize()) {
                throw FrameDecoder.tooLarge(
                        "part " + (i + 2) + " has " + part + " bytes", "maxPartSize", limits.maxPartSize());
            }
            checkBuffers(part, attachment.buffers());
            bytes += part;
        }
        if (bytes > limits.maxFrameSize()) {
            throw FrameDecoder.tooLarge("the frame has " + bytes + " bytes", "maxFrameSize", limits.maxFrameSize());
        }
        return Short.BYTES + (long) parts * Integer.BYTES + bytes;
    }

    private void checkBuffers(long declared, List<ByteBuffer> buffers) throws BusException {
        if (buffers == null) {
            inMemory &= declared == 0;
            return;
        }
        long real = 0;
        for (ByteBuffer buffer : buffers) {
            real += buffer.remaining();
        }
        if (real != declared) {
            throw new BusException(
                    Reason.CODEC, "an attachment has " + real + " bytes in its buffers, but declared " + declared);
        }
    }

    /** {@return the size of the frame in bytes, without the attributes of its root} */
    public long size() {
        return size;
    }

    /** {@return about the memory that the frame uses, in bytes; what is not in memory is read piece by piece} */
    public long weight() {
        return inMemory ? size : Math.min(size, frame.xml().length + (long) FramePieces.MAX_READ_BYTES);
    }

    /**
     * Tells whether {@link FramePieces#next()} may block.
     *
     * @return true if an attachment is not in memory and must be read
     */
    public boolean mayBlock() {
        return !inMemory;
    }

    /**
     * Reads what is not in memory now. May block as long as the attachments do.
     *
     * @throws BusException with {@code CODEC} if an attachment cannot be read, or does not have its declared size
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
        int declared = (int) attachment.size();
        try (InputStream in = attachment.open()) {
            byte[] bytes = in.readNBytes(declared);
            if (bytes.length < declared || in.read() >= 0) {
                throw new IOException("it did not deliver its declared " + declared + " bytes");
            }
            return Attachment.of(bytes);
        }
    }

    /**
     * Tells whether the frame may be written together with others, by {@link #putInto}.
     *
     * @return true if it is small, and in memory
     */
    public boolean isSmall() {
        return inMemory && size <= MAX_SMALL_FRAME_BYTES;
    }

    /** {@return the number of bytes that {@link #putInto} writes at most} */
    public int room() {
        return (int) size + RootAttributes.MAX_BYTES;
    }

    private void putXml(ByteBuffer target, byte[] rootAttributes) {
        byte[] xml = frame.xml();
        target.putShort((short) (1 + attachments.size()));
        target.putInt(xml.length + rootAttributes.length);
        int split = rootAttributes.length == 0 ? 0 : frame.attributesAt();
        target.put(xml, 0, split).put(rootAttributes).put(xml, split, xml.length - split);
    }

    /**
     * Writes a small frame completely.
     *
     * @param target where to write it
     * @param rootAttributes the attributes of its root element, from {@link RootAttributes}
     * @throws IllegalStateException if an attachment fails, or does not have its declared size
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
            throw new IllegalStateException("an attachment did not have its declared size");
        }
    }

    /**
     * Starts to write a frame that is not small, from its beginning.
     *
     * @param rootAttributes the attributes of its root element, from {@link RootAttributes}
     * @return the pieces
     */
    public FramePieces pieces(byte[] rootAttributes) {
        int xmlSize = Short.BYTES + Integer.BYTES + frame.xml().length + rootAttributes.length;
        long startSize = Math.max(xmlSize, Math.min(size + rootAttributes.length, FIRST_PIECE_BYTES));
        ByteBuffer start = ByteBuffer.allocate((int) startSize);
        putXml(start, rootAttributes);
        return new FramePieces(start, attachments);
    }
}
