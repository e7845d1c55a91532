package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.text.Excerpt;

/**
 * The first bytes of a connection whose first two could be a text, or TLS. They are looked at until it is sure that they may be
 * the head of a frame, or that they cannot, because it would be over a limit or its XML would begin with something else than a
 * tag: then it is told what they look like. How they are cut makes no difference. Not thread-safe.
 */
final class Opening {

    private static final int HEAD_SIZE = Short.BYTES + Integer.BYTES;

    /** A head and the first byte of the XML; a TLS alert is no longer. */
    private static final int DECISIVE_SIZE = HEAD_SIZE + 1;

    private static final int MOST = 64;
    private static final byte BYTE_ORDER_MARK = (byte) 0xEF; // The first byte of it.
    private static final int HANDSHAKE_RECORD = 0x1603;
    private static final int ALERT_RECORD = 0x1503;

    private final FrameLimits limits;
    private final byte[] bytes = new byte[MOST];
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
     * Looks at the first two bytes.
     *
     * @param parts the number of parts that they are
     * @param limits what a frame may weigh
     * @return what is to look at those that follow; or null if they are the beginning of no protocol that is known here
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
     * Takes more bytes, as many as it takes to be sure.
     *
     * @param more what arrived
     * @return whether it is sure that they may be those of a frame; if not, there are no more
     * @throws BusException with {@code MALFORMED} if they are those of another protocol
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
        if (count < DECISIVE_SIZE) {
            return false;
        }
        if (verdict() == Verdict.IMPOSSIBLE && bytes[2] >= 0 && bytes[2] <= 4) {
            throw new BusException(
                    Reason.MALFORMED, "it speaks TLS, and this end does not; set tls at both ends, or at none");
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
        if (verdict == Verdict.IMPOSSIBLE && (lineEnded || count == MOST)) {
            String line = firstLine();
            throw new BusException(
                    Reason.MALFORMED,
                    "the peer seems to speak " + OtherProtocol.of(line) + ", which this bus does not: it began with '"
                            + Excerpt.of(line) + "'; check the host and the port");
        }
        return count == MOST;
    }

    private String firstLine() {
        int end = 0;
        while (end < count && bytes[end] != '\r' && bytes[end] != '\n') {
            end++;
        }
        return new String(bytes, 0, end, ISO_8859_1);
    }

    /** Whether the bytes can be the head of a frame within the limits and the beginning of its XML. */
    private enum Verdict {
        POSSIBLE,
        IMPOSSIBLE,
        INCOMPLETE
    }

    private Verdict verdict() {
        long size = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(Short.BYTES)); // What has not arrived counts as 0.
        if (parts > limits.maxParts() || size - RootAttributes.LONGEST > limits.maxXmlSize()) {
            return Verdict.IMPOSSIBLE;
        }
        int start = HEAD_SIZE;
        while (start < count && isWhiteSpace(bytes[start])) {
            start++;
        }
        if (start >= count) {
            return Verdict.INCOMPLETE;
        }
        return bytes[start] == '<' || bytes[start] == BYTE_ORDER_MARK ? Verdict.POSSIBLE : Verdict.IMPOSSIBLE;
    }

    private static boolean isWhiteSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** The number that the first two bytes are. */
    int parts() {
        return parts;
    }

    /** The bytes that it took, but for the first two. */
    ByteBuffer taken() {
        return ByteBuffer.wrap(bytes, Short.BYTES, count - Short.BYTES);
    }
}
