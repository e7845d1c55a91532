package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * Reads the root element of a frame and nothing else of it, to know its transaction. A root in the form that this bus
 * writes is read without an XML parser; any other well-formed root is read with one. Thread-safe.
 */
public final class FrameHeaderReader {

    private static final byte[] REQUESTS = "<requests".getBytes(US_ASCII);
    private static final byte[] RESPONSES = "<responses".getBytes(US_ASCII);
    private static final byte[] TX = " tx=\"".getBytes(US_ASCII);
    private static final byte[] TTL = "\" ttl=\"".getBytes(US_ASCII);
    private static final byte[] EPOCH = "\" epoch=\"".getBytes(US_ASCII);
    private static final byte[] SEEN = "\" seen=\"".getBytes(US_ASCII);
    private static final byte[] CAN = " can=\"".getBytes(US_ASCII);
    private static final byte[] QUOTE = "\"".getBytes(US_ASCII);
    private static final byte[] QUOTED_END = "\">".getBytes(US_ASCII);
    private static final byte[] END = ">".getBytes(US_ASCII);
    private static final List<Envelope> NUMBERED = List.of(Envelope.REQUESTS, Envelope.RESPONSES);
    private static final int MAX_DIGITS = 18;

    private final XmlReader reader;

    /**
     * Creates a reader.
     *
     * @param reader reads the XML that is not in the form that this bus writes
     */
    public FrameHeaderReader(XmlReader reader) {
        this.reader = reader;
    }

    /**
     * Reads the header of a frame.
     *
     * @param frame the frame
     * @return the header
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}. If only the headers of responses are at fault,
     *     the header of the frame says so: their transaction is known, and fails alone.
     */
    public FrameHeader read(Frame frame) throws BusException {
        FrameHeader own = readOwnForm(frame.xml());
        FrameHeader header = own != null ? own : readAnyForm(frame.xml());
        if (header.headerFault() != null && header.envelope() == Envelope.REQUESTS) {
            throw header.headerFault();
        }
        return header;
    }

    /**
     * Reads what it can of the header of a frame of which only the beginning is known, or whose header cannot be read.
     *
     * @param start the beginning of the XML, or all of it; only the first 4 KiB are read
     * @return a header with the envelope and the number of the transaction; null if not even these are known
     */
    public FrameHeader readStart(byte[] start) {
        for (Envelope envelope : NUMBERED) {
            byte[] root = envelope == Envelope.REQUESTS ? REQUESTS : RESPONSES;
            if (startsWith(start, 0, root) && startsWith(start, root.length, TX)) {
                int from = root.length + TX.length;
                int end = endOfNumber(start, from);
                long tx = number(start, from, end);
                if (tx <= 0 || !startsWith(start, end, QUOTE)) {
                    return null;
                }
                int content = startsWith(start, end, QUOTED_END) ? end + QUOTED_END.length : 0;
                return new FrameHeader(envelope, tx, FrameHeader.NO_TTL, content);
            }
        }
        try {
            XmlElement root = reader.readRoot(FrameDecoder.wholeTags(start, false));
            for (Envelope envelope : NUMBERED) {
                if (root.name().equals(envelope.root())) {
                    return new FrameHeader(envelope, number(root, "tx", 1, 0), FrameHeader.NO_TTL, 0);
                }
            }
        } catch (BusException e) {
            // The frame is rejected anyway; as its transaction is unknown, the whole connection ends.
        }
        return null;
    }

    private FrameHeader readOwnForm(byte[] xml) {
        boolean requests = startsWith(xml, 0, REQUESTS);
        if (!requests && !startsWith(xml, 0, RESPONSES)) {
            return null;
        }
        Envelope envelope = requests ? Envelope.REQUESTS : Envelope.RESPONSES;
        int start = requests ? REQUESTS.length : RESPONSES.length;
        if (startsWith(xml, start, END)) {
            return new FrameHeader(envelope, 0, FrameHeader.NO_TTL, start + END.length);
        }
        if (!startsWith(xml, start, TX)) {
            return null;
        }
        start += TX.length;
        int end = endOfNumber(xml, start);
        long tx = number(xml, start, end);
        long ttl = FrameHeader.NO_TTL;
        if (requests && startsWith(xml, end, TTL)) {
            start = end + TTL.length;
            end = endOfNumber(xml, start);
            ttl = number(xml, start, end);
            if (ttl < 0) {
                return null;
            }
        }
        long epoch = 0;
        if (requests && startsWith(xml, end, EPOCH)) {
            start = end + EPOCH.length;
            end = endOfNumber(xml, start);
            epoch = number(xml, start, end);
        }
        long seen = 0;
        if (requests && startsWith(xml, end, SEEN)) {
            start = end + SEEN.length;
            end = endOfNumber(xml, start);
            seen = number(xml, start, end);
        }
        if (tx <= 0 || epoch < 0 || seen < 0 || !startsWith(xml, end, QUOTE)) {
            return null;
        }
        end += QUOTE.length;
        Negotiation negotiation = Negotiation.of(epoch, seen);
        if (startsWith(xml, end, END)) {
            return new FrameHeader(envelope, tx, ttl, end + END.length, negotiation);
        }
        return startsWith(xml, end, CAN) ? null : readHeaders(envelope, tx, ttl, negotiation, xml, end);
    }

    private FrameHeader readHeaders(
            Envelope envelope, long tx, long ttl, Negotiation negotiation, byte[] xml, int start) {
        HeaderAttributes headers = new HeaderAttributes(reader.limits());
        int end = new PlainHeaderScan(xml, start, reader.maxStartTagBytes(), reader.limits()).read(headers);
        return end < 0 ? null : headers.addTo(new FrameHeader(envelope, tx, ttl, end, negotiation));
    }

    private static boolean startsWith(byte[] xml, int at, byte[] expected) {
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

    private static int endOfNumber(byte[] xml, int start) {
        int end = start;
        while (end < xml.length && xml[end] >= '0' && xml[end] <= '9') {
            end++;
        }
        return end;
    }

    /** The number; -1 if there is no digit, or so many that it may not fit. */
    private static long number(byte[] xml, int start, int end) {
        if (end == start || end - start > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            number = 10 * number + xml[i] - '0';
        }
        return number;
    }

    private FrameHeader readAnyForm(byte[] xml) throws BusException {
        XmlElement root = reader.readRoot(xml);
        for (Envelope envelope : Envelope.values()) {
            if (root.name().equals(envelope.root())) {
                if (envelope == Envelope.CONTROL) {
                    return new FrameHeader(
                            envelope,
                            0,
                            FrameHeader.NO_TTL,
                            0,
                            root.attributes(),
                            null,
                            Headers.none(),
                            null,
                            Negotiation.NONE);
                }
                HeaderAttributes headers = new HeaderAttributes(reader.limits());
                root.attributes().forEach(headers::add);
                return headers.addTo(new FrameHeader(
                        envelope,
                        number(root, "tx", 1, 0),
                        number(root, "ttl", 0, FrameHeader.NO_TTL),
                        0,
                        Map.of(),
                        root.attribute("error"),
                        Headers.none(),
                        null,
                        Negotiation.of(root.attributes())));
            }
        }
        throw new BusException(
                Reason.MALFORMED,
                "the XML is a <" + Excerpt.of(root.name()) + ">; it must be <requests>, <responses> or <control>");
    }

    private static long number(XmlElement root, String attribute, long min, long absent) throws BusException {
        String value = root.attribute(attribute);
        if (value == null) {
            return absent;
        }
        long number = Ascii.number(Ascii.trim(value));
        if (number >= min) {
            return number;
        }
        throw new BusException(
                Reason.MALFORMED,
                "the attribute " + attribute + " of <" + root.name() + "> is '" + Excerpt.of(value)
                        + "'; it must be an integer of " + min + " or more");
    }
}
