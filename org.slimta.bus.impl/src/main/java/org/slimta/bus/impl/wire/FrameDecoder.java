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
 * Puts the frames of one connection together from bytes as they arrive. What a frame claims to weigh costs nothing: memory is
 * taken for bytes that are there. If the first bytes are those of another protocol, it says so. A frame over a limit is rejected
 * and its rest is skipped, unless that is very large. After any other failure the decoder is of no more use. Not thread-safe.
 */
public final class FrameDecoder {

    private static final int MOST_AT_ONCE = 16;

    /** How much of the XML of a rejected frame is kept, in bytes. */
    private static final int START_BYTES = 4 << 10;

    /** A rejected frame is skipped up to this many times the limit maxFrameSize, or up to so many bytes if that is more. */
    private static final int MOST_SKIPPED = 4;

    private static final int ALWAYS_SKIPPED_BYTES = 64 << 20;

    private static final int FIRST_BYTE_OF_UTF8_MARK = 0xef;

    /** What may stand before the root. Source: XML 1.0, 2.3. */
    private static final String WHITE_SPACE = " \t\r\n";

    private final FrameLimits limits;
    private final LongSupplier memoryLimit;
    private byte[] xml;
    private List<Attachment> attachments = List.of();
    private final ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    private int partCount;
    private int partsBegun;
    private PartBuffer part;
    private long frameSize;
    private long partsTaken;
    private boolean first = true;
    private Opening opening;

    /** The frame is rejected for this reason as soon as the beginning of its XML is there; null for a frame within limits. */
    private BusException rejection;

    /** Whether the rest of a rejected frame is being skipped. */
    private boolean skipping;

    /** How many bytes of the part that has begun are not kept. */
    private long toSkip;

    public FrameDecoder(FrameLimits limits) {
        this(limits, () -> Long.MAX_VALUE);
    }

    /**
     * A decoder.
     *
     * @param limits what a frame may weigh
     * @param memoryLimit tells how much memory a frame may take, in bytes
     */
    public FrameDecoder(FrameLimits limits, LongSupplier memoryLimit) {
        this.limits = limits;
        this.memoryLimit = memoryLimit;
        expectNumber(Short.BYTES);
    }

    /**
     * Reads until a frame is complete or the bytes are used up.
     *
     * @param bytes what arrived; what follows a complete frame is left in it
     * @return the frame; or null if more bytes are needed, or if a rejected frame has ended: then there may be bytes left
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
            goOnAfterOpening();
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
                if (partsBegun == partCount) {
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

    /** A frame of so many parts is longer than an opening, so these bytes cannot hold a whole one. */
    private void goOnAfterOpening() throws BusException {
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
     * @return whether there are bytes of a frame that is not complete
     */
    public boolean isMidFrame() {
        return partCount > 0 || number.position() > 0 || opening != null;
    }

    /**
     * Tells whether the rest of a rejected frame is being skipped.
     *
     * @return whether what arrives belongs to it
     */
    public boolean isSkipping() {
        return skipping;
    }

    /**
     * How much memory the frame takes that is not complete.
     *
     * @return bytes, about; 0 if none has begun
     */
    public long held() {
        return partsTaken + (part == null ? 0 : part.taken() + Frame.OVERHEAD);
    }

    /**
     * Rejects the frame that is arriving: what has arrived of it is dropped, and the rest is skipped.
     *
     * @param failure why
     * @return the rejected frame; or null if its XML has not arrived yet, and then nothing has changed
     */
    public RejectedFrameException reject(BusException failure) {
        return xml == null ? null : skipRest(failure, part == null ? 0 : part.missing());
    }

    /**
     * What has arrived of the XML of a frame that is not complete.
     *
     * @return the beginning, for {@link FrameHeaderReader#readStart}; or null if there is nothing of it, or it was rejected
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
        partsBegun++;
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
            throw rejection; // Bytes that are no frame look like this: the beginning of its XML is not worth waiting for.
        } else {
            part = new PartBuffer(Math.min(size, START_BYTES));
            toSkip = size - Math.min(size, START_BYTES);
        }
    }

    /** Why a part, or the frame with it, is not accepted; or null. */
    private BusException overLimit(long size) {
        if (xml == null) {
            if (size - RootAttributes.LONGEST > limits.maxXmlSize()) {
                return tooLarge("the XML has " + size + " bytes", "maxXmlSize", limits.maxXmlSize());
            }
        } else if (size > limits.maxPartSize()) {
            return tooLarge("part " + partsBegun + " has " + size + " bytes", "maxPartSize", limits.maxPartSize());
        }
        if (frameSize - RootAttributes.LONGEST > limits.maxFrameSize()) {
            return tooLarge("the frame has at least " + frameSize + " bytes", "maxFrameSize", limits.maxFrameSize());
        }
        long weight = frameSize + (long) partCount * Frame.OVERHEAD;
        long most = memoryLimit.getAsLong();
        return weight > most ? tooLarge("the frame takes at least " + weight + " bytes of memory", "memoryLimit", most) : null;
    }

    /** If the first byte cannot begin XML, the rest of a rejected frame is not worth waiting for. */
    private void checkStart() throws BusException {
        int first = part.first();
        boolean mayBeXml = first < 0 || first == '<' || first == FIRST_BYTE_OF_UTF8_MARK || WHITE_SPACE.indexOf(first) >= 0;
        if (!mayBeXml) {
            throw rejection;
        }
    }

    private void endPart() throws BusException {
        partsTaken += part.taken() + Frame.OVERHEAD;
        if (xml == null) {
            xml = part.toByteArray();
            if (rejection != null) {
                throw skipRest(rejection, toSkip);
            }
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
        startOver();
        return frame;
    }

    private void startOver() {
        drop();
        skipping = false;
        partCount = 0;
        partsBegun = 0;
        frameSize = 0;
        expectNumber(Short.BYTES);
    }

    private void drop() {
        xml = null;
        attachments = List.of();
        part = null;
        partsTaken = 0;
        rejection = null;
    }

    private RejectedFrameException skipRest(BusException failure, long rest) {
        byte[] start = wholeTags(xml, rest > 0 && partsBegun == 1);
        drop();
        skipping = true;
        toSkip = rest;
        if (partsBegun == partCount && rest == 0) {
            startOver();
        }
        return new RejectedFrameException(failure, start, !isTooLargeToSkip());
    }

    /** The beginning of an XML, up to the last tag that is whole; all of it if it is small and not cut already. */
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
        return frameSize > ALWAYS_SKIPPED_BYTES && frameSize / MOST_SKIPPED > limits.maxFrameSize();
    }

    private void skip(ByteBuffer bytes) throws BusException {
        while (true) {
            int count = (int) Math.min(toSkip, bytes.remaining());
            bytes.position(bytes.position() + count);
            toSkip -= count;
            if (toSkip == 0 && partsBegun == partCount) {
                startOver();
                return;
            }
            if (toSkip > 0 || !readNumber(bytes)) {
                return;
            }
            toSkip = Integer.toUnsignedLong(number.getInt());
            partsBegun++;
            frameSize += toSkip;
            expectNumber(Integer.BYTES);
            if (isTooLargeToSkip()) {
                throw new RejectedFrameException(
                        tooLarge("the frame has at least " + frameSize + " bytes", "maxFrameSize", limits.maxFrameSize()),
                        null,
                        false);
            }
        }
    }

    private void expectNumber(int size) {
        number.clear().limit(size);
    }

    static BusException tooLarge(String what, String limit, long value) {
        return new BusException(Reason.TOO_LARGE, what + ", over the limit " + limit + " of " + value);
    }
}
