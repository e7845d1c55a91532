package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.xml.IndentedXmlWriter;

/** Creates frames without items: failures, and frames about the connection itself. Source: the wire page, part B. */
public final class ControlFrames {

    private static final int MAX_TEXT_CHARACTERS = 2000;

    /** A control frame is about at most this many transactions. */
    private static final int MAX_NUMBERS = 1000;

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

    /** {@return requests without items, which a server that can be asked answers itself} */
    public static OutgoingFrame probe() {
        return empty(Envelope.REQUESTS);
    }

    /** {@return responses to a probe} */
    public static OutgoingFrame probed() {
        return empty(Envelope.RESPONSES);
    }

    private static OutgoingFrame empty(Envelope envelope) {
        return new OutgoingFrame(
                envelope,
                ("<" + envelope.root() + ">\r\n</" + envelope.root() + ">\r\n").getBytes(US_ASCII),
                List.of());
    }

    /** {@return a frame that says that no more requests are read from the connection} */
    public static OutgoingFrame drain() {
        return control("drain", "true");
    }

    /**
     * Creates a question: what became of transactions.
     *
     * @param numbers the numbers of the transactions, at most 1,000
     * @param epoch the epoch of the client
     * @return the frame
     */
    public static OutgoingFrame ask(List<Long> numbers, long epoch) {
        return control("ask", join(numbers), "epoch", Long.toString(epoch));
    }

    /**
     * Creates an answer to questions, or a message about requests that are not taken.
     *
     * @param answer the name of the attribute, such as {@code working}
     * @param numbers the numbers of the transactions
     * @return the frame
     */
    public static OutgoingFrame about(String answer, List<Long> numbers) {
        return control(answer, join(numbers));
    }

    private static String join(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /**
     * Creates a frame that says that nobody waits for the response of a transaction any more.
     *
     * @param tx the number of the transaction
     * @return the frame
     */
    public static OutgoingFrame cancel(long tx) {
        return control("cancel", Long.toString(tx));
    }

    /**
     * Reads one number in a control frame.
     *
     * @param text the number
     * @return the number; 0 if it is not one
     */
    public static long number(String text) {
        return Math.max(0, Ascii.number(text));
    }

    /**
     * Reads the numbers of transactions in a control frame.
     *
     * @param text numbers with blanks between them
     * @return the numbers, at most 1,000 of them; what is not a number is left out
     */
    public static List<Long> numbers(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String word : text.split(" ", MAX_NUMBERS + 1)) {
            long number = Ascii.number(word);
            if (number > 0 && numbers.size() < MAX_NUMBERS) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    /**
     * Creates a control frame.
     *
     * @param namesAndValues the attributes of its root, each name followed by its value
     * @return the frame
     */
    public static OutgoingFrame control(String... namesAndValues) {
        IndentedXmlWriter xml = new IndentedXmlWriter(Envelope.CONTROL.root());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            xml.attribute(namesAndValues[i], namesAndValues[i + 1]);
        }
        xml.end();
        return new OutgoingFrame(Envelope.CONTROL, xml.finish(), List.of());
    }
}
