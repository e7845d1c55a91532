package org.slimta.bus.impl.wire;

import java.util.List;
import java.util.Locale;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.xml.IndentedXmlWriter;

/** Frames without items: failures, and what is said about a connection itself. Source: the wire page, part B. */
public final class ControlFrames {

    private static final int LONGEST_TEXT = 2000;

    private ControlFrames() {}

    /**
     * Says that a transaction failed.
     *
     * @param tx its number
     * @param failure why; of its message 2,000 characters are sent, and of those what XML can hold
     * @return the frame, complete with its attributes
     */
    public static OutgoingFrame failure(long tx, BusException failure) {
        IndentedXmlWriter xml = new IndentedXmlWriter(Envelope.RESPONSES.root());
        xml.attribute("tx", Long.toString(tx));
        xml.attribute("error", word(failure.reason()));
        xml.text(printable(failure.getMessage()));
        return new OutgoingFrame(Envelope.RESPONSES, xml.finish(), List.of());
    }

    private static String word(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason that a failure tells, or null if there is no such reason. */
    static Reason reason(String word) {
        for (Reason reason : Reason.values()) {
            if (Ascii.isSameIgnoringCase(word(reason), word)) {
                return reason;
            }
        }
        return null;
    }

    private static String printable(String message) {
        StringBuilder text = new StringBuilder();
        message.codePoints().limit(LONGEST_TEXT).forEach(c -> {
            boolean sendable = c >= ' ' && !Character.isISOControl(c) && Character.isDefined(c)
                    && Character.getType(c) != Character.SURROGATE;
            text.appendCodePoint(sendable ? c : ' ');
        });
        return text.toString();
    }

    /**
     * Asks whether the peer is there.
     *
     * @param mark what is to be in the answer
     * @return the frame
     */
    public static OutgoingFrame ping(String mark) {
        return control("ping", mark);
    }

    /**
     * Says that this end is there.
     *
     * @param mark what was in the question
     * @return the frame
     */
    public static OutgoingFrame pong(String mark) {
        return control("pong", mark);
    }

    /**
     * Says that no more requests are read from the connection.
     *
     * @return the frame
     */
    public static OutgoingFrame drain() {
        return control("drain", "true");
    }

    private static OutgoingFrame control(String name, String value) {
        IndentedXmlWriter xml = new IndentedXmlWriter(Envelope.CONTROL.root());
        xml.attribute(name, value);
        xml.end();
        return new OutgoingFrame(Envelope.CONTROL, xml.finish(), List.of());
    }
}
