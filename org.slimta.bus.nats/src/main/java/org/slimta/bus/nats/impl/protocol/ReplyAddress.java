package org.slimta.bus.nats.impl.protocol;

/**
 * The client that a message came from.
 *
 * @param client the beginning of its subjects, with a dot at its end
 * @param user the user that it has at the nodes, as a token
 * @param cid the identity of the client
 * @param rest the rest of the subject: the number of a request, for example
 */
public record ReplyAddress(String client, String user, String cid, String rest) {

    /** {@return the number of the request that the message is; -1 if it is none} */
    public long number() {
        return Subjects.number(rest);
    }

    /** {@return the number of the request that is offered; -1 if the message is no offer} */
    public long numberOfOffer() {
        return Subjects.numberOfOffer(rest);
    }

    /** {@return the number of the request that a chunk belongs to; -1 if the message is no chunk} */
    public long numberOfChunk() {
        return Subjects.numberOfChunk(rest);
    }
}
