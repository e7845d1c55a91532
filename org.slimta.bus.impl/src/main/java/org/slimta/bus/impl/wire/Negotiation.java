package org.slimta.bus.impl.wire;

import java.util.Map;
import org.slimta.bus.impl.text.Ascii;

/**
 * What the root of a frame says about extensions of the protocol. Source: the wire page, part C.
 *
 * @param canAsk whether its sender knows the word {@code ask}
 * @param client the identity of the client; null if it does not say it
 * @param server the identity of the server; null if it does not say it
 * @param isProbe whether the requests only prove the connection
 * @param epoch the epoch of the client, 0 or more
 * @param seen up to which number the client needs no response any more, 0 or more
 */
public record Negotiation(boolean canAsk, String client, String server, boolean isProbe, long epoch, long seen) {

    /** Nothing is said. */
    public static final Negotiation NONE = new Negotiation(false, null, null, false, 0, 0);

    private static final int MAX_WORDS = 100;

    /** Creates what a frame says that only numbers its requests. */
    static Negotiation of(long epoch, long seen) {
        return epoch <= 0 && seen <= 0 ? NONE : new Negotiation(false, null, null, false, epoch, seen);
    }

    /** Reads what the attributes of a root say; what cannot be read counts as not said. */
    static Negotiation of(Map<String, String> attributes) {
        boolean says = attributes.containsKey("can")
                || attributes.containsKey("epoch")
                || attributes.containsKey("seen")
                || attributes.containsKey("server");
        return !says
                ? NONE
                : new Negotiation(
                        hasWord(attributes.get("can"), "ask"),
                        attributes.get("client"),
                        attributes.get("server"),
                        "true".equals(attributes.get("probe")),
                        number(attributes.get("epoch")),
                        number(attributes.get("seen")));
    }

    private static boolean hasWord(String words, String wanted) {
        if (words != null) {
            for (String word : words.split(" ", MAX_WORDS)) {
                if (word.equals(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long number(String value) {
        return value == null ? 0 : Math.max(0, Ascii.number(Ascii.trim(value)));
    }
}
