package org.slimta.bus.nats.impl.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slimta.bus.spi.Frames;

/** The attributes of control messages. Source: the wire page, parts C and D. */
public final class Words {

    /** A server is there: its identity. */
    public static final String HELLO = "hello";

    /** How many requests a server can still take. */
    public static final String ROOM = "room";

    /** The node of a server. */
    public static final String NODE = "node";

    /** A server or a client leaves: its identity. */
    public static final String BYE = "bye";

    /** A client has heard that a server leaves, and sends nothing more to it: the identity of the server. */
    public static final String ACK = "ack";

    /** A client asks what became of these requests. */
    public static final String ASK = "ask";

    /** The epoch of a question. */
    public static final String EPOCH = "epoch";

    /** These requests are being processed. */
    public static final String WORKING = "working";

    /** These requests were not processed, and never will be. */
    public static final String UNKNOWN = "unknown";

    /** The replies to these requests are not there any more. */
    public static final String FORGOTTEN = "forgotten";

    /** These requests were not taken: send them elsewhere. */
    public static final String BACK = "back";

    /** A client does not wait for these requests any more. */
    public static final String CANCEL = "cancel";

    /** A server that stood still asks whether these requests are still to be processed. */
    public static final String WANTED = "wanted";

    /** These requests are still to be processed. */
    public static final String YES = "yes";

    /** These requests are not to be processed. */
    public static final String NO = "no";

    /** A large frame is offered: the number of its transaction. */
    public static final String OFFER = "offer";

    /** The size of an offered frame. */
    public static final String SIZE = "size";

    /** A part of an offered frame may be sent: the number of its transaction. */
    public static final String CREDIT = "credit";

    /** How many bytes of an offered frame are there. */
    public static final String GOT = "got";

    /** Up to how many bytes of an offered frame may be sent. */
    public static final String UP_TO = "upto";

    /** A client asks who is there. */
    public static final String WHO = "who";

    /** A message has at most this many numbers. */
    public static final int MAX_NUMBERS = 1000;

    /** A server tells {@link #HELLO} at least this often; clients count on it. */
    public static final Duration MAX_HELLO_INTERVAL = Duration.ofSeconds(2);

    private Words() {}

    /**
     * Reads a number that an attribute has.
     *
     * @param control the attributes of a control message
     * @param word the attribute
     * @return the number; -1 if there is none
     */
    public static long number(Map<String, String> control, String word) {
        return Subjects.number(control.getOrDefault(word, ""));
    }

    /**
     * Writes how much of an offered frame has arrived.
     *
     * @param number the number of its transaction
     * @param got how many bytes are there
     * @param upTo up to how many bytes may be sent
     * @return the message
     */
    public static byte[] credit(long number, long got, long upTo) {
        return Frames.control(CREDIT, String.valueOf(number), GOT, String.valueOf(got), UP_TO, String.valueOf(upTo));
    }

    /**
     * Writes control messages about requests.
     *
     * @param word what is said about them
     * @param numbers the numbers of the requests
     * @param more other attributes, each name followed by its value
     * @return the messages, each with at most 1,000 numbers; none if there are no numbers
     */
    public static List<byte[]> about(String word, List<Long> numbers, String... more) {
        List<byte[]> messages = new ArrayList<>();
        for (int from = 0; from < numbers.size(); from += MAX_NUMBERS) {
            List<Long> some = numbers.subList(from, Math.min(numbers.size(), from + MAX_NUMBERS));
            String[] attributes = new String[more.length + 2];
            attributes[0] = word;
            attributes[1] = some.stream().map(String::valueOf).collect(Collectors.joining(" "));
            System.arraycopy(more, 0, attributes, 2, more.length);
            messages.add(Frames.control(attributes));
        }
        return messages;
    }
}
