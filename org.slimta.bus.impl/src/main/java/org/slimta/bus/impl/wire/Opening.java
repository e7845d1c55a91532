package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Recognizes other protocols by the first bytes of a connection, if the first two could be text or TLS. It collects
 * bytes until it is certain that they may be the header of a frame, or that they cannot be: then the frame would be
 * over a limit, or its XML would not begin with a tag, and the failure names the protocol. The pieces in which they
 * arrive make no difference. Not thread-safe.
 */
final class Opening {

    /** The number of parts, and the size of the XML. */
    private static final int SIZES_BYTES = Short.BYTES + Integer.BYTES;

    /** The sizes and the first byte of the XML; a TLS alert is not longer. */
    private static final int DECISIVE_BYTES = SIZES_BYTES + 1;

    private static final int MAX_BYTES = 64;
    private static final byte FIRST_BYTE_OF_BYTE_ORDER_MARK = (byte) 0xEF;
    private static final int HANDSHAKE_RECORD = 0x1603;
    private static final int ALERT_RECORD = 0x1503;

    private final FrameLimits limits;
    private final byte[] bytes = new byte[MAX_BYTES];
    private final int parts;
    private int count = Short.BYTES;
    private boolean lineEnded;

    private Opening(FrameLimits limits, int parts) {
        this.limits = limits;
        this.parts = parts;
        bytes[0] = (byte) (parts >> 8);
        bytes[1] = (byte) parts;
    }

    /**
     * Checks the first two bytes.
     *
     * @param parts their value, which is the number of parts if they begin a frame
     * @param limits the limits of a frame
     * @return an opening that checks the bytes that follow; null if no known protocol begins with these two
     */
    static Opening of(int parts, FrameLimits limits) {
        boolean text = isPrintable(parts >> 8) && isPrintable(parts & 0xff);
        return text || isTls(parts) ? new Opening(limits, parts) : null;
    }

    private static boolean isTls(int parts) {
        return parts == HANDSHAKE_RECORD || parts == ALERT_RECORD;
    }

    private static boolean isPrintable(int c) {
        return c >= ' ' && c < 127;
    }

    /**
     * Takes more bytes, until it is certain.
     *
     * @param more the bytes that have arrived
     * @return true if the bytes may be those of a frame; false if more bytes are needed: then all were taken
     * @throws BusException with {@code MALFORMED} if the bytes are those of another protocol
     */
    boolean mayBeFrame(ByteBuffer more) throws BusException {
        while (more.hasRemaining()) {
            byte next = more.get();
            bytes[count++] = next;
            if (isTls(parts) ? isFrameOrTls() : isFrameOrText(next)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFrameOrTls() throws BusException {
        if (count < DECISIVE_BYTES) {
            return false;
        }
        if (verdict() == Verdict.IMPOSSIBLE && bytes[2] >= 0 && bytes[2] <= 4) {
            throw new TlsPeerException();
        }
        return true;
    }

    private boolean isFrameOrText(byte last) throws BusException {
        boolean text = last < 0 || isPrintable(last) || isWhiteSpace(last);
        Verdict verdict = verdict();
        if (!text || verdict == Verdict.POSSIBLE) {
            return true;
        }
        lineEnded |= last == '\n';
        if (verdict == Verdict.IMPOSSIBLE && (lineEnded || count == MAX_BYTES)) {
            String line = firstLine();
            throw new BusException(
                    Reason.MALFORMED,
                    "the peer seems to speak " + OtherProtocol.of(line)
                            + ", not the protocol of this bus: it began with '" + Excerpt.of(line)
                            + "'; check the host and the port");
        }
        return count == MAX_BYTES;
    }

    private String firstLine() {
        int end = 0;
        while (end < count && bytes[end] != '\r' && bytes[end] != '\n') {
            end++;
        }
        return new String(bytes, 0, end, ISO_8859_1);
    }

    /** Whether the bytes can be the sizes of a frame within the limits and the beginning of its XML. */
    private enum Verdict {
        /** They can. */
        POSSIBLE,
        /** They cannot. */
        IMPOSSIBLE,
        /** This is not known before more bytes have arrived. */
        INCOMPLETE
    }

    private Verdict verdict() {
        // Bytes that have not arrived count as 0.
        long size = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(Short.BYTES));
        if (parts > limits.maxParts() || size - RootAttributes.MAX_BYTES > limits.maxXmlSize()) {
            return Verdict.IMPOSSIBLE;
        }
        int start = SIZES_BYTES;
        while (start < count && isWhiteSpace(bytes[start])) {
            start++;
        }
        if (start >= count) {
            return Verdict.INCOMPLETE;
        }
        boolean mayBeXml = bytes[start] == '<' || bytes[start] == FIRST_BYTE_OF_BYTE_ORDER_MARK;
        return mayBeXml ? Verdict.POSSIBLE : Verdict.IMPOSSIBLE;
    }

    private static boolean isWhiteSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** The value of the first two bytes. */
    int parts() {
        return parts;
    }

    /** The bytes that were taken, without the first two. */
    ByteBuffer taken() {
        return ByteBuffer.wrap(bytes, Short.BYTES, count - Short.BYTES);
    }
}
