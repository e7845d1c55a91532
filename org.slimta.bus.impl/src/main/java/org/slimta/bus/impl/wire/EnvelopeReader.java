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

    private final XmlReader reader;
    private final FrameLimits limits;

    public EnvelopeReader(XmlReader reader, FrameLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * Reads a frame.
     *
     * @param frame the frame
     * @param head what its root says, or null if that was not read
     * @param expected what its root must be
     * @return its items in order
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}; or with the reason that the frame tells, if it says
     *     that the transaction failed
     */
    public List<XmlElement> read(Frame frame, FrameHeader head, Envelope expected) throws BusException {
        if (head != null && head.contentStart() > 0 && head.envelope() == expected) {
            List<XmlElement> items = reader.readPlainChildren(frame.xml(), head.contentStart(), expected.root());
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
            throw failure(error, Excerpt.ofMessage(Ascii.trim(root.text())));
        }
        return checkCount(root.children());
    }

    private List<XmlElement> checkCount(List<XmlElement> items) throws BusException {
        checkItems(items.size(), limits);
        return items;
    }

    /**
     * Checks how many requests, or responses, there are.
     *
     * @param count how many
     * @param limits how many there may be
     * @throws BusException with {@code TOO_LARGE}
     */
    public static void checkItems(int count, FrameLimits limits) throws BusException {
        if (count > limits.maxItems()) {
            throw FrameDecoder.tooLarge("the array has " + count + " items", "maxItems", limits.maxItems());
        }
    }

    private static BusException failure(String error, String text) {
        Reason reason = ControlFrames.reason(error);
        return reason != null
                ? new BusException(reason, text)
                : new BusException(
                        Reason.MALFORMED,
                        "it failed for a reason that is not known here, '" + Excerpt.of(error) + "': " + text);
    }
}
