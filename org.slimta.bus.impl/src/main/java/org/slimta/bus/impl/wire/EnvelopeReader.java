package org.slimta.bus.impl.wire;

import java.util.List;
import java.util.Locale;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.xml.XmlReader;

/** Reads the items of a frame. Thread-safe. */
public final class EnvelopeReader {

    private final XmlReader reader;

    public EnvelopeReader(XmlReader reader) {
        this.reader = reader;
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
    public List<XmlElement> read(Frame frame, Head head, Envelope expected) throws BusException {
        if (head != null && head.contentStart() > 0 && head.envelope() == expected) {
            List<XmlElement> items = reader.readPlainChildren(frame.xml(), head.contentStart(), expected.root());
            if (items != null) {
                return items;
            }
        }
        XmlElement root = reader.read(frame.xml());
        if (!root.name().equals(expected.root())) {
            throw new BusException(
                    Reason.MALFORMED, "the XML is a <" + root.name() + ">; it must be <" + expected.root() + ">");
        }
        String error = expected == Envelope.RESPONSES ? root.attribute("error") : null;
        if (error != null) {
            throw failure(error, root.text().strip());
        }
        return root.children();
    }

    private static BusException failure(String error, String text) {
        try {
            return new BusException(Reason.valueOf(error.replace('-', '_').toUpperCase(Locale.ROOT)), text);
        } catch (IllegalArgumentException e) {
            return new BusException(
                    Reason.MALFORMED, "it failed for a reason that is not known here, '" + error + "': " + text, e);
        }
    }
}
