package org.slimta.bus.impl.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;

/**
 * Decodes the frames of one connection from bytes as they arrive. Memory is allocated for bytes that have arrived, not
 * for the size that a frame announces. If the first bytes are those of another protocol, the failure names it. A frame
 * over a limit is rejected and its rest is skipped, unless it is very large. After any other failure the decoder must
 * not be used any more. Not thread-safe.
 */
public final class FrameDecoder {

    private static final int MAX_INITIAL_ATTACHMENTS = 16;

    /** The number of bytes that are kept of the XML of a rejected frame. */
    private static final int START_BYTES = 4 << 10;

    /** A rejected frame is skipped if it is not larger than this many times maxFrameSize. */
    private static final int MAX_SKIPPED_FRAME_SIZES = 4;

    /** A rejected frame is skipped in any case if it is not larger than this. */
    private static final int ALWAYS_SKIPPED_BYTES = 64 << 20;

    private static final int FIRST_BYTE_OF_BYTE_ORDER_MARK = 0xef;

    /** The white space that may precede the root. Source: XML 1.0, 2.3. */
    private static final String WHITE_SPACE = " \t\r\n";

    private final FrameLimits limits;
    private final LongSupplier memoryLimit;
    private byte[] xml;
    private List<Attachment> attachments = List.of();
    private final ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    private int partCount;
    private int partsStarted;
    private PartBuffer part;
    private long frameSize;
    private long completePartsBytes;
    private boolean first = true;
    private Opening opening;

    /** Why the frame is rejected as soon as the beginning of its XML has arrived; null for a frame within limits. */
    private BusException rejection;

    /** Whether the rest of a rejected frame is being skipped. */
    private boolean skipping;

    /** The number of bytes that are skipped of the part that has started. */
    private long bytesToSkip;

    /**
     * Creates a decoder without a limit of memory.
     *
     * @param limits the limits of a frame
     */
    public FrameDecoder(FrameLimits limits) {
        this(limits, () -> Long.MAX_VALUE);
    }

    /**
     * Creates a decoder.
     *
     * @param limits the limits of a frame
     * @param memoryLimit gives the memory that a frame may use, in bytes
     */
    public FrameDecoder(FrameLimits limits, LongSupplier memoryLimit) {
        this.limits = limits;
        this.memoryLimit = memoryLimit;
        expectNumber(Short.BYTES);
    }

    /**
     * Decodes bytes until a frame is complete or they are used up.
     *
     * @param bytes the bytes that have arrived; those behind a complete frame are left in it
     * @return the frame; null if more bytes are needed, or if a rejected frame has ended: then bytes may be left
     * @throws RejectedFrameException if a frame is over a limit; if it is skipped, the decoder can be called again
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public Frame decode(ByteBuffer bytes) throws BusException {
        if (skipping) {
            skip(bytes);
            return null;
        }
        if (opening != null) {
            if (!opening.mayBeFrame(bytes)) {
                return null;
            }
            continueAfterOpening();
        }
        while (true) {
            if (part != null) {
                part.fill(bytes);
                if (rejection != null) {
                    checkStart();
                }
                if (!part.isFull()) {
                    return null;
                }
                endPart();
                if (partsStarted == partCount) {
                    return finish();
                }
            }
            if (!readNumber(bytes)) {
                return null;
            }
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

    /** The bytes of an opening cannot hold a complete frame: one with that number of parts is longer. */
    private void continueAfterOpening() throws BusException {
        Opening over = opening;
        opening = null;
        startFrame(over.parts());
        decode(over.taken());
    }

    private boolean readNumber(ByteBuffer bytes) {
        while (number.hasRemaining()) {
            if (!bytes.hasRemaining()) {
                return false;
            }
            number.put(bytes.get());
        }
        number.flip();
        return true;
    }

    /**
     * Tells whether a frame has begun to arrive.
     *
     * @return true if bytes of an incomplete frame have arrived
     */
    public boolean isMidFrame() {
        return partCount > 0 || number.position() > 0 || opening != null;
    }

    /**
     * Tells whether the rest of a rejected frame is being skipped.
     *
     * @return true if the bytes that arrive next belong to it
     */
    public boolean isSkipping() {
        return skipping;
    }

    /** {@return about the memory that the incomplete frame uses, in bytes; 0 if none has begun} */
    public long held() {
        return completePartsBytes + (part == null ? 0 : part.heldBytes() + Frame.PART_OVERHEAD_BYTES);
    }

    /**
     * Rejects the frame that is arriving: drops what has arrived of it, and skips the rest.
     *
     * @param failure why
     * @return the rejected frame; null if its XML has not arrived completely: then nothing has changed
     */
    public RejectedFrameException reject(BusException failure) {
        return xml == null ? null : skipRest(failure, part == null ? 0 : part.missing());
    }

    /**
     * The XML of the incomplete frame, as far as it has arrived.
     *
     * @return the beginning, for {@link FrameHeaderReader#readStart}; null if nothing has arrived, or the frame was
     *     rejected
     */
    public byte[] start() {
        if (xml != null) {
            return wholeTags(xml, false);
        }
        return part == null ? null : wholeTags(part.start(START_BYTES), true);
    }

    private void startFrame(int count) throws BusException {
        if (count == 0) {
            throw new BusException(Reason.MALFORMED, "the frame has 0 parts; it must have at least the XML");
        }
        if (count > limits.maxParts()) {
            rejection = tooLarge("the frame has " + count + " parts", "maxParts", limits.maxParts());
        }
        partCount = count;
        expectNumber(Integer.BYTES);
    }

    private void startPart(long size) throws BusException {
        partsStarted++;
        frameSize += size;
        expectNumber(Integer.BYTES);
        if (rejection == null) {
            rejection = overLimit(size);
        }
        if (rejection == null) {
            part = new PartBuffer(size);
        } else if (xml != null) {
            throw skipRest(rejection, size);
        } else if (isTooLargeToSkip()) {
            throw rejection; // Bytes that are not a frame look like this: its XML is not worth waiting for.
        } else {
            part = new PartBuffer(Math.min(size, START_BYTES));
            bytesToSkip = size - Math.min(size, START_BYTES);
        }
    }

    /** Why a part, or the frame with it, is over a limit; null if it is not. */
    private BusException overLimit(long size) {
        if (xml == null) {
            if (size - RootAttributes.MAX_BYTES > limits.maxXmlSize()) {
                return tooLarge("the XML has " + size + " bytes", "maxXmlSize", limits.maxXmlSize());
            }
        } else if (size > limits.maxPartSize()) {
            return tooLarge("part " + partsStarted + " has " + size + " bytes", "maxPartSize", limits.maxPartSize());
        }
        if (frameSize - RootAttributes.MAX_BYTES > limits.maxFrameSize()) {
            return frameTooLarge();
        }
        long weight = frameSize + (long) partCount * Frame.PART_OVERHEAD_BYTES;
        long limit = memoryLimit.getAsLong();
        return weight > limit
                ? tooLarge("the frame takes at least " + weight + " bytes of memory", "memoryLimit", limit)
                : null;
    }

    /**
     * Throws at once if the first byte cannot begin XML: then the rest of a rejected frame is not worth waiting for.
     */
    private void checkStart() throws BusException {
        int first = part.first();
        boolean mayBeXml =
                first < 0 || first == '<' || first == FIRST_BYTE_OF_BYTE_ORDER_MARK || WHITE_SPACE.indexOf(first) >= 0;
        if (!mayBeXml) {
            throw rejection;
        }
    }

    private void endPart() throws BusException {
        completePartsBytes += part.heldBytes() + Frame.PART_OVERHEAD_BYTES;
        if (xml == null) {
            xml = part.toByteArray();
            if (rejection != null) {
                throw skipRest(rejection, bytesToSkip);
            }
        } else {
            if (attachments.isEmpty()) {
                attachments = new ArrayList<>(Math.min(partCount - 1, MAX_INITIAL_ATTACHMENTS));
            }
            attachments.add(part.toAttachment());
        }
        part = null;
    }

    private Frame finish() {
        Frame frame = new Frame(xml, attachments);
        startOver();
        return frame;
    }

    private void startOver() {
        drop();
        skipping = false;
        partCount = 0;
        partsStarted = 0;
        frameSize = 0;
        expectNumber(Short.BYTES);
    }

    private void drop() {
        xml = null;
        attachments = List.of();
        part = null;
        completePartsBytes = 0;
        rejection = null;
    }

    private RejectedFrameException skipRest(BusException failure, long rest) {
        byte[] start = wholeTags(xml, rest > 0 && partsStarted == 1);
        drop();
        skipping = true;
        bytesToSkip = rest;
        if (partsStarted == partCount && rest == 0) {
            startOver();
        }
        return new RejectedFrameException(failure, start, !isTooLargeToSkip());
    }

    /** The beginning of a document, up to its last complete tag; all of it if it is small and was not cut already. */
    static byte[] wholeTags(byte[] xml, boolean cut) {
        if (!cut && xml.length <= START_BYTES) {
            return xml;
        }
        int end = Math.min(xml.length, START_BYTES);
        while (end > 0 && xml[end - 1] != '>') {
            end--;
        }
        return Arrays.copyOf(xml, end);
    }

    private boolean isTooLargeToSkip() {
        return frameSize > ALWAYS_SKIPPED_BYTES && frameSize / MAX_SKIPPED_FRAME_SIZES > limits.maxFrameSize();
    }

    private void skip(ByteBuffer bytes) throws BusException {
        while (true) {
            int count = (int) Math.min(bytesToSkip, bytes.remaining());
            bytes.position(bytes.position() + count);
            bytesToSkip -= count;
            if (bytesToSkip == 0 && partsStarted == partCount) {
                startOver();
                return;
            }
            if (bytesToSkip > 0 || !readNumber(bytes)) {
                return;
            }
            bytesToSkip = Integer.toUnsignedLong(number.getInt());
            partsStarted++;
            frameSize += bytesToSkip;
            expectNumber(Integer.BYTES);
            if (isTooLargeToSkip()) {
                throw new RejectedFrameException(frameTooLarge(), null, false);
            }
        }
    }

    private void expectNumber(int size) {
        number.clear().limit(size);
    }

    private BusException frameTooLarge() {
        return tooLarge("the frame has at least " + frameSize + " bytes", "maxFrameSize", limits.maxFrameSize());
    }

    static BusException tooLarge(String what, String limit, long value) {
        return new BusException(Reason.TOO_LARGE, what + ", over the limit " + limit + " of " + value);
    }
}
