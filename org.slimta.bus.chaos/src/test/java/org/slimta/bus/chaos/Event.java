package org.slimta.bus.chaos;

import java.util.List;

/**
 * A line of a journal.
 *
 * @param time the time in nanoseconds; comparable only within one journal
 * @param kind what happened
 * @param number the number of the transaction, or 0
 * @param details more information, depending on the kind
 */
record Event(long time, Kind kind, long number, List<String> details) {

    /** The kinds of events. */
    enum Kind {
        /** A client is about to send the transaction. Details: the target. */
        SENT,
        /**
         * The transaction has ended at the client. Details: the target, and how: RESPONSE, FOREIGN, SPOILT, or the
         * reason of the failure, its outcome, and its message.
         */
        ENDED,
        /** The number of transactions and connections that are left at the end. Details: target or server, number. */
        LEFT,
        /** A server listens. Details: the port. */
        LISTENING,
        /** A server has received the transaction. Details: the server. */
        RECEIVED,
        /** A server is about to respond. Details: the server. */
        ANSWERING,
        /** The server could not respond. Details: the server, the reason. */
        UNANSWERED,
        /** A server has received a request that was changed on the way. Details: the server. */
        DAMAGED,
        /** A note of the test, or of a server that starts. Details: the text. */
        MARK
    }

    /** The outcome of a transaction with its responses. */
    static final String RESPONSE = "RESPONSE";

    /** The outcome of a transaction with the responses to another one. */
    static final String FOREIGN = "FOREIGN";

    /** The outcome of a transaction with responses that were changed on the way. */
    static final String SPOILT = "SPOILT";

    static Event parse(String line) {
        String[] words = line.split("\t", -1);
        return new Event(
                Long.parseLong(words[0]),
                Kind.valueOf(words[1]),
                Long.parseLong(words[2]),
                List.of(words).subList(3, words.length));
    }

    String detail(int index) {
        return details.get(index);
    }

    /** Whether the event has a kind, and concerns a target or server. */
    boolean is(Kind wanted, String about) {
        return kind == wanted && details.get(0).equals(about);
    }
}
