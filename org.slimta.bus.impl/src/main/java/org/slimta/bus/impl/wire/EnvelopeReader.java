package org.slimta.bus.impl.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.xml.XmlReader;

/** Reads the items of a frame. Thread-safe. */
public final class EnvelopeReader {

    private final XmlReader reader;

    public EnvelopeReader(FrameLimits limits) {
        reader = new XmlReader(limits);
    }

    /**
     * Reads a frame.
     *
     * @param frame the frame
     * @param expected what its root must be
     * @return its items in order
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public List<XmlElement> read(Frame frame, Envelope expected) throws BusException {
        XmlElement root;
        try (InputStream xml = frame.xml().open()) {
            root = reader.read(xml);
        } catch (IOException e) {
            throw new BusException(Reason.MALFORMED, "the XML cannot be read: " + e.getMessage(), e);
        }
        if (!root.name().equals(expected.root())) {
            throw new BusException(
                    Reason.MALFORMED, "the XML is a <" + root.name() + ">; it must be <" + expected.root() + ">");
        }
        return root.children();
    }
}
