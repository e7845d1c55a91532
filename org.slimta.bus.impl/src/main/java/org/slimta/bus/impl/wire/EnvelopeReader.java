package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.xml.XmlReader;

/** Reads the items of a frame. Thread-safe. */
public final class EnvelopeReader {

    private static final int NUMBERS = 2; // The attributes tx and ttl.

    private final XmlReader reader;
    private final FrameLimits limits;

    /**
     * Creates a reader.
     *
     * @param reader reads the XML
     * @param limits the limits of a frame
     */
    public EnvelopeReader(XmlReader reader, FrameLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * Reads the items of a frame.
     *
     * @param frame the frame
     * @param header its header; null if that was not read
     * @param expected the envelope that it must have
     * @return the items in order
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}, also because of the headers of the transaction;
     *     or with the reason in the frame, if the frame says that the transaction has failed
     */
    public List<XmlElement> read(Frame frame, FrameHeader header, Envelope expected) throws BusException {
        if (header != null && header.headerFault() != null && header.error() == null) {
            throw header.headerFault();
        }
        if (header != null && header.contentStart() > 0 && header.envelope() == expected) {
            List<XmlElement> items = reader.readPlainChildren(
                    frame.xml(),
                    header.contentStart(),
                    expected.root(),
                    NUMBERS + header.headers().size());
            if (items != null) {
                return checkCount(items);
            }
        }
        XmlElement root = reader.read(frame.xml());
        if (!root.name().equals(expected.root())) {
            throw new BusException(
                    Reason.MALFORMED,
                    "the XML is a <" + Excerpt.of(root.name()) + ">; it must be <" + expected.root() + ">");
        }
        String error = expected == Envelope.RESPONSES ? root.attribute("error") : null;
        if (error != null) {
            throw failure(error, root.attribute("outcome"), Excerpt.ofMessage(Ascii.trim(root.text())));
        }
        return checkCount(root.children());
    }

    private List<XmlElement> checkCount(List<XmlElement> items) throws BusException {
        checkItems(items.size(), limits);
        return items;
    }

    /**
     * Checks the number of requests, or responses, of a frame.
     *
     * @param count the number
     * @param limits the limits of a frame
     * @throws BusException with {@code TOO_LARGE} if there are more than {@code maxItems}
     */
    public static void checkItems(int count, FrameLimits limits) throws BusException {
        if (count > limits.maxItems()) {
            throw FrameDecoder.tooLarge("the array has " + count + " items", "maxItems", limits.maxItems());
        }
    }

    private static BusException failure(String error, String outcome, String text) {
        Reason known = ControlFrames.reason(error);
        Reason reason = known == null ? Reason.MALFORMED : known;
        String message = known == null
                ? "the transaction failed for a reason unknown to this version, '" + Excerpt.of(error) + "': " + text
                : text;
        return outcome == null
                ? new BusException(reason, message)
                : new BusException(reason, ControlFrames.outcome(outcome), message, null);
    }
}
