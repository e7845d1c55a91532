package org.slimta.bus.impl.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;

/**
 * Puts the frames of one connection together from bytes as they arrive. What a frame claims to weigh costs nothing: memory is
 * taken for bytes that are there. If the first bytes are those of another protocol, it says so. After a failure it is of no
 * more use. Not thread-safe.
 */
public final class FrameDecoder {

    private static final int MOST_AT_ONCE = 16;

    private final FrameLimits limits;
    private byte[] xml;
    private List<Attachment> attachments = List.of();
    private final ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    private int partCount;
    private PartBuffer part;
    private long frameSize;
    private long partsTaken;
    private boolean first = true;
    private Opening opening;

    public FrameDecoder(FrameLimits limits) {
        this.limits = limits;
        expectNumber(Short.BYTES);
    }

    /**
     * Reads until a frame is complete or the bytes are used up.
     *
     * @param bytes what arrived; what follows a complete frame is left in it
     * @return the frame, or null if more bytes are needed
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public Frame decode(ByteBuffer bytes) throws BusException {
        if (opening != null) {
            if (!opening.mayBeFrame(bytes)) {
                return null;
            }
            goOnAfterOpening();
        }
        while (true) {
            if (part != null) {
                part.fill(bytes);
                if (!part.isFull()) {
                    return null;
                }
                endPart();
                if (partsRead() == partCount) {
                    return finish();
                }
                expectNumber(Integer.BYTES);
            }
            while (number.hasRemaining()) {
                if (!bytes.hasRemaining()) {
                    return null;
                }
                number.put(bytes.get());
            }
            number.flip();
            if (partCount == 0) {
                int count = Short.toUnsignedInt(number.getShort());
                opening = first ? Opening.of(count, limits) : null;
                first = false;
                if (opening != null) {
                    return decode(bytes);
                }
                startFrame(count);
            } else {
                startPart(Integer.toUnsignedLong(number.getInt()));
            }
        }
    }

    /** So many parts have more bytes than an opening takes: there is no whole frame in those. */
    private void goOnAfterOpening() throws BusException {
        Opening over = opening;
        opening = null;
        startFrame(over.parts());
        decode(over.taken());
    }

    /**
     * Tells whether a frame has begun to arrive.
     *
     * @return whether there are bytes of a frame that is not complete
     */
    public boolean isMidFrame() {
        return partCount > 0 || number.position() > 0 || opening != null;
    }

    /**
     * How much memory the frame takes that is not complete.
     *
     * @return bytes, about; 0 if none has begun
     */
    public long held() {
        return partsTaken + (part == null ? 0 : part.taken() + Frame.OVERHEAD);
    }

    private void startFrame(int count) throws BusException {
        if (count == 0) {
            throw new BusException(Reason.MALFORMED, "the frame has 0 parts; it must have at least the XML");
        }
        if (count > limits.parts()) {
            throw tooLarge("the frame has " + count + " parts", "parts", limits.parts());
        }
        partCount = count;
        frameSize = 0;
        expectNumber(Integer.BYTES);
    }

    private void startPart(long size) throws BusException {
        if (xml == null) {
            if (size - RootAttributes.LONGEST > limits.xmlSize()) {
                throw tooLarge("the XML has " + size + " bytes", "xmlSize", limits.xmlSize());
            }
        } else if (size > limits.partSize()) {
            throw tooLarge("part " + (partsRead() + 1) + " has " + size + " bytes", "partSize", limits.partSize());
        }
        frameSize += size;
        if (frameSize - RootAttributes.LONGEST > limits.frameSize()) {
            throw tooLarge("the frame has at least " + frameSize + " bytes", "frameSize", limits.frameSize());
        }
        part = new PartBuffer(size);
    }

    private int partsRead() {
        return xml == null ? 0 : 1 + attachments.size();
    }

    private void endPart() {
        partsTaken += part.taken() + Frame.OVERHEAD;
        if (xml == null) {
            xml = part.toByteArray();
        } else {
            if (attachments.isEmpty()) {
                attachments = new ArrayList<>(Math.min(partCount - 1, MOST_AT_ONCE));
            }
            attachments.add(part.toAttachment());
        }
        part = null;
    }

    private Frame finish() {
        Frame frame = new Frame(xml, attachments);
        xml = null;
        attachments = List.of();
        partCount = 0;
        partsTaken = 0;
        expectNumber(Short.BYTES);
        return frame;
    }

    private void expectNumber(int size) {
        number.clear().limit(size);
    }

    static BusException tooLarge(String what, String limit, long value) {
        return new BusException(Reason.TOO_LARGE, what + ", over the limit " + limit + " of " + value);
    }
}
