package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;

/**
 * Checks what precedes the root element of a document, and the start tag of the root, without a parser. So it costs
 * little to reject a document in which they are too large, or which has a document type declaration. Whether the
 * document is well-formed is left to the parser.
 */
final class Prolog {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] COMMENT = "<!--".getBytes(US_ASCII);
    private static final byte[] COMMENT_END = "-->".getBytes(US_ASCII);
    private static final byte[] INSTRUCTION = "<?".getBytes(US_ASCII);
    private static final byte[] INSTRUCTION_END = "?>".getBytes(US_ASCII);
    private static final byte[] DOCUMENT_TYPE = "<!DOCTYPE".getBytes(US_ASCII);

    /** The maximum size of the start tag of the root without the values of headers. */
    private static final int MAX_START_TAG_BYTES = 64 << 10;

    /** The size of the longest form of one byte of a header, that of a quotation mark. */
    private static final int MAX_ESCAPED_BYTES = 6;

    private final byte[] xml;
    private final int limit;
    private int at;

    private Prolog(byte[] xml, int limit) {
        this.xml = xml;
        this.limit = limit;
    }

    /**
     * Checks what precedes the root element, as far as it is UTF-8.
     *
     * @throws BusException with {@code TOO_LARGE} or {@code MALFORMED}
     */
    static void check(byte[] xml, int limit) throws BusException {
        new Prolog(xml, limit).check();
    }

    /**
     * Checks what precedes the root element, and that its start tag is not larger than the root of a frame can be.
     *
     * @throws BusException with {@code TOO_LARGE} or {@code MALFORMED}
     */
    static void checkWithStartTag(byte[] xml, FrameLimits limits) throws BusException {
        Prolog prolog = new Prolog(xml, limits.maxPrologSize());
        prolog.check();
        prolog.checkStartTag(maxStartTagBytes(limits));
    }

    static int maxStartTagBytes(FrameLimits limits) {
        return MAX_START_TAG_BYTES + MAX_ESCAPED_BYTES * limits.maxHeaderSize();
    }

    private void checkStartTag(int maxBytes) throws BusException {
        byte quote = 0;
        for (int i = at; i < xml.length; i++) {
            byte c = xml[i];
            if (i - at == maxBytes) {
                throw new BusException(
                        Reason.TOO_LARGE, "the start tag of the root element has more than " + maxBytes + " bytes");
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return;
            }
        }
    }

    private void check() throws BusException {
        skip(BYTE_ORDER_MARK);
        do {
            skipWhiteSpace();
        } while ((skip(COMMENT) && skipTo(COMMENT_END)) || (skip(INSTRUCTION) && skipTo(INSTRUCTION_END)));
        if (at > limit) {
            throw new BusException(
                    Reason.TOO_LARGE,
                    "the XML is over the limit maxPrologSize of " + limit + ": more precedes its root element");
        }
        if (skip(DOCUMENT_TYPE)) {
            throw XmlReader.documentType();
        }
    }

    private void skipWhiteSpace() {
        while (at <= limit && at < xml.length && isWhiteSpace(xml[at])) {
            at++;
        }
    }

    private static boolean isWhiteSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private boolean skip(byte[] expected) {
        if (at > limit || !isAt(expected)) {
            return false;
        }
        at += expected.length;
        return true;
    }

    private boolean isAt(byte[] expected) {
        if (xml.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (xml[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Skips up to and including an end mark. If there is none within the limit, it skips as far as the limit. */
    private boolean skipTo(byte[] end) {
        while (at <= limit && at < xml.length) {
            if (skip(end)) {
                return true;
            }
            at++;
        }
        return false;
    }
}
