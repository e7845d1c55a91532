package org.slimta.bus.mail;

import java.time.Instant;
import java.util.Objects;

/**
 * A mail message in transit. Immutable.
 *
 * @param id the id of the message in a queue, or null if it has not been queued
 * @param timestamp when the message was queued, or null if it has not been queued
 * @param attempts the number of attempts to deliver the message, 0 or more
 * @param client the client that submitted the message, not null
 * @param envelope the sender, the recipients and the destination, not null
 * @param contents the headers and the body, not null
 */
public record Message(String id, Instant timestamp, int attempts, Client client, Envelope envelope, Contents contents) {

    /**
     * Creates a message.
     *
     * @param id the id of the message in a queue, or null
     * @param timestamp when the message was queued, or null
     * @param attempts the number of attempts to deliver the message, 0 or more
     * @param client the client that submitted the message, not null
     * @param envelope the sender, the recipients and the destination, not null
     * @param contents the headers and the body, not null
     */
    public Message {
        if (attempts < 0) {
            throw new IllegalArgumentException("attempts is " + attempts + "; it must be 0 or more");
        }
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(envelope, "envelope");
        Objects.requireNonNull(contents, "contents");
    }

    /**
     * Creates a message that has not been queued.
     *
     * @param client the client that submitted the message, not null
     * @param envelope the sender and the recipients, not null
     * @param contents the headers and the body, not null
     */
    public Message(Client client, Envelope envelope, Contents contents) {
        this(null, null, 0, client, envelope, contents);
    }

    /**
     * Returns this message with another envelope.
     *
     * @param other the envelope, not null
     * @return the message, never null
     */
    public Message withEnvelope(Envelope other) {
        return new Message(id, timestamp, attempts, client, other, contents);
    }

    /**
     * Returns this message with other contents.
     *
     * @param other the contents, not null
     * @return the message, never null
     */
    public Message withContents(Contents other) {
        return new Message(id, timestamp, attempts, client, envelope, other);
    }

    /**
     * Returns this message with other values of a queue.
     *
     * @param queueId the id of the message in the queue, or null
     * @param queued when the message was queued, or null
     * @param tried the number of attempts to deliver the message, 0 or more
     * @return the message, never null
     */
    public Message withQueueing(String queueId, Instant queued, int tried) {
        return new Message(queueId, queued, tried, client, envelope, contents);
    }
}
