package org.slimta.bus.chaos;

import java.util.List;

/**
 * A line of a journal.
 *
 * @param time when, in nanoseconds; to be compared only within one journal
 * @param kind what happened
 * @param number to which transaction, or 0
 * @param details what else there is to say
 */
record Event(long time, Kind kind, long number, List<String> details) {

    /** What can happen. */
    enum Kind {
        /** A client is about to send it. Details: the target. */
        SENT,
        /** It has ended at the client. Details: the target, and how: RESPONSE, or the reason, or what is wrong with it. */
        ENDED,
        /** Nothing is to be left now, and so much is. Details: the target or the server, the number. */
        LEFT,
        /** A server listens. Details: the port. */
        LISTENING,
        /** A server has received it. Details: the server. */
        RECEIVED,
        /** A server is about to answer it. Details: the server. */
        ANSWERING,
        /** The server could not answer it. Details: the server, the reason. */
        UNANSWERED,
        /** What a server has received is not what was sent. Details: the server. */
        DAMAGED,
        /** The test wanted something to be noted. Details: what. */
        MARK
    }

    /** How a transaction ends well. */
    static final String RESPONSE = "RESPONSE";

    /** It was answered, but with what belongs to another. */
    static final String FOREIGN = "FOREIGN";

    /** It was answered, but not with what the server made. */
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

    /** Whether it is of that kind, and about that target or server. */
    boolean is(Kind wanted, String about) {
        return kind == wanted && details.get(0).equals(about);
    }
}
