package org.slimta.bus.impl.wire;

import java.util.List;
import java.util.Locale;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.xml.IndentedXmlWriter;

/** Creates frames without items: failures, and frames about the connection itself. Source: the wire page, part B. */
public final class ControlFrames {

    private static final int MAX_TEXT_CHARACTERS = 2000;

    private ControlFrames() {}

    /**
     * Creates a frame that reports a failed transaction.
     *
     * @param tx the number of the transaction
     * @param failure why it failed; 2,000 characters of its message are sent, with a blank for each that XML cannot
     *     hold
     * @return the frame, with all its attributes
     */
    public static OutgoingFrame failure(long tx, BusException failure) {
        return failure(tx, failure, Headers.none());
    }

    /**
     * Creates a frame with headers that reports a failed transaction.
     *
     * @param tx the number of the transaction
     * @param failure as in {@link #failure(long, BusException)}
     * @param headers the headers
     * @return the frame, with all its attributes
     */
    public static OutgoingFrame failure(long tx, BusException failure, Headers headers) {
        IndentedXmlWriter xml = new IndentedXmlWriter(Envelope.RESPONSES.root());
        xml.attribute("tx", Long.toString(tx));
        xml.attribute("error", word(failure.reason()));
        if (failure.outcome() != new BusException(failure.reason(), "").outcome()) {
            xml.attribute("outcome", word(failure.outcome()));
        }
        HeaderAttributes.write(headers, xml);
        xml.text(printable(failure.getMessage()));
        return new OutgoingFrame(Envelope.RESPONSES, xml.finish(), List.of());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason of a word; null if this version does not know it. */
    static Reason reason(String word) {
        for (Reason reason : Reason.values()) {
            if (Ascii.isSameIgnoringCase(word(reason), word)) {
                return reason;
            }
        }
        return null;
    }

    /** The outcome of a word; {@code UNKNOWN} if this version does not know it. */
    static Outcome outcome(String word) {
        for (Outcome outcome : Outcome.values()) {
            if (Ascii.isSameIgnoringCase(word(outcome), word)) {
                return outcome;
            }
        }
        return Outcome.UNKNOWN;
    }

    private static String printable(String message) {
        StringBuilder text = new StringBuilder();
        message.codePoints().limit(MAX_TEXT_CHARACTERS).forEach(c -> {
            boolean sendable = c >= ' '
                    && !Character.isISOControl(c)
                    && Character.isDefined(c)
                    && Character.getType(c) != Character.SURROGATE;
            text.appendCodePoint(sendable ? c : ' ');
        });
        return text.toString();
    }

    /**
     * Creates a frame that asks whether the peer is alive.
     *
     * @param mark a text that the peer sends back
     * @return the frame
     */
    public static OutgoingFrame ping(String mark) {
        return control("ping", mark);
    }

    /**
     * Creates the response to a ping.
     *
     * @param mark the text of the ping
     * @return the frame
     */
    public static OutgoingFrame pong(String mark) {
        return control("pong", mark);
    }

    /** {@return a frame that says that no more requests are read from the connection} */
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
