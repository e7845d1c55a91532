package org.slimta.bus.nats.impl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The subjects of one bus. Source: the wire page, part D. Immutable.
 *
 * <p>{@code P.s.SID} is a server, {@code P.c.USER.CID.>} a client, {@code P.who} asks who is there, and {@code P.news} tells it.
 */
public final class Subjects {

    /** In place of a user, if a client has none. */
    public static final String NO_USER = "_";

    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    private static final String CONTROL = "k";
    private static final String OFFER = "o.";
    private static final String CHUNK = "c.";
    private static final String DATA = "d.";
    private static final int MAX_NUMBER_DIGITS = 18;

    private final String base;
    private final String clients;

    /**
     * The subjects of a bus.
     *
     * @param prefix what the subjects of all buses begin with; not null
     * @param bus what the subjects of this bus are made of; not null
     */
    public Subjects(String prefix, String bus) {
        this.base = prefix + "." + token(bus) + ".";
        this.clients = base + "c.";
    }

    /** {@return what all subjects of the bus begin with, with a dot at its end} */
    public String base() {
        return base;
    }

    /**
     * Makes a token of any text: what a token must not have is written as {@code =} and two digits.
     *
     * @param text the text, not empty
     * @return the token
     */
    public static String token(String text) {
        StringBuilder token = new StringBuilder();
        for (byte each : text.getBytes(UTF_8)) {
            char c = (char) (each & 0xff);
            boolean isPlain = PLAIN.indexOf(c) >= 0;
            if (isPlain) {
                token.append(c);
            } else {
                token.append('=').append(String.format("%02X", (int) c));
            }
        }
        return token.toString();
    }

    /**
     * Returns the subject of a server.
     *
     * @param sid the identity of the server
     * @return the subject
     */
    public String server(String sid) {
        return base + "s." + sid;
    }

    /**
     * Returns the subject of large frames that are offered to a server.
     *
     * @param sid the identity of the server
     * @return the subject
     */
    public String offers(String sid) {
        return server(sid) + ".o";
    }

    /**
     * Returns the subjects of chunks to a server.
     *
     * @param sid the identity of the server
     * @param offset the index of the first byte, or {@code *}
     * @return the subject
     */
    public String chunks(String sid, String offset) {
        return server(sid) + "." + DATA + offset;
    }

    /**
     * Returns the subjects of chunks to a client.
     *
     * @param client the beginning of the client's subjects
     * @param number the number of the transaction, or {@code *}
     * @param offset the index of the first byte, or {@code *}
     * @return the subject
     */
    public static String chunks(String client, String number, String offset) {
        return client + DATA + number + "." + offset;
    }

    /**
     * Returns where a client gets to know that an offer was delivered to nobody.
     *
     * @param client the beginning of the client's subjects
     * @param number the number of the transaction
     * @return the subject
     */
    public static String offered(String client, long number) {
        return client + OFFER + number;
    }

    /**
     * Returns what tells the server which client, and which request, a chunk belongs to.
     *
     * @param client the beginning of the client's subjects
     * @param number the number of the transaction
     * @return the subject
     */
    public static String chunkOf(String client, long number) {
        return client + CHUNK + number;
    }

    /** {@return the number of an offer, if the rest of a subject is of one; otherwise -1} */
    public static long numberOfOffer(String rest) {
        return rest.startsWith(OFFER) ? number(rest.substring(OFFER.length())) : -1;
    }

    /** {@return the number of the request of a chunk, if the rest of a subject is of one; otherwise -1} */
    static long numberOfChunk(String rest) {
        return rest.startsWith(CHUNK) ? number(rest.substring(CHUNK.length())) : -1;
    }

    /** {@return the subject on which clients ask who is there} */
    public String who() {
        return base + "who";
    }

    /** {@return the subject on which servers tell that they are there} */
    public String news() {
        return base + "news";
    }

    /**
     * Returns the beginning of the subjects of a client.
     *
     * @param user the user that it has at the nodes; null for none
     * @param cid the identity of the client
     * @return the beginning, with a dot at its end
     */
    public String client(String user, String cid) {
        return clients + (user == null ? NO_USER : token(user)) + "." + cid + ".";
    }

    /**
     * Returns the subject of a server's control messages to a client, and of undelivered questions to that server.
     *
     * @param client the beginning of the client's subjects
     * @param sid the identity of the server
     * @return the subject
     */
    public static String control(String client, String sid) {
        return client + CONTROL + "." + sid;
    }

    /**
     * Tells which server a message to a client is about, if it is a control message.
     *
     * @param rest the subject without the beginning of the client's subjects
     * @return the identity of the server, or null
     */
    public static String controlOf(String rest) {
        return rest.startsWith(CONTROL + ".") ? rest.substring(CONTROL.length() + 1) : null;
    }

    /**
     * Reads where a message of a client wants its reply.
     *
     * @param replyTo the subject for replies, or null
     * @return the client; null if it is no client of this bus
     */
    public ReplyAddress replyAddress(String replyTo) {
        if (replyTo == null || !replyTo.startsWith(clients)) {
            return null;
        }
        int user = clients.length();
        int cid = replyTo.indexOf('.', user) + 1;
        int rest = cid == 0 ? 0 : replyTo.indexOf('.', cid) + 1;
        return rest == 0 || cid == user + 1 || rest == cid + 1
                ? null
                : new ReplyAddress(
                        replyTo.substring(0, rest),
                        replyTo.substring(user, cid - 1),
                        replyTo.substring(cid, rest - 1),
                        replyTo.substring(rest));
    }

    /**
     * Reads a number in a subject.
     *
     * @param text digits, and nothing else
     * @return the number; -1 if it is none, or has more than 18 digits
     */
    public static long number(String text) {
        if (text.isEmpty() || text.length() > MAX_NUMBER_DIGITS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }
}
