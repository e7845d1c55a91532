package org.slimta.bus.mail;

import java.time.Instant;
import java.util.Objects;

/**
 * A mail message on its way. Immutable.
 *
 * @param id what a queue calls it, or null if no queue has seen it yet
 * @param timestamp when it was queued, or null
 * @param attempts how many times its delivery was tried, 0 or more
 * @param client who handed it in, not null
 * @param envelope from whom, to whom, and by which way; not null
 * @param contents the message itself, headers and body; not null
 */
public record Message(
        String id, Instant timestamp, int attempts, Client client, Envelope envelope, Contents contents) {

    /**
     * Makes a message.
     *
     * @param id what a queue calls it, or null
     * @param timestamp when it was queued, or null
     * @param attempts how many times its delivery was tried, 0 or more
     * @param client who handed it in, not null
     * @param envelope from whom, to whom, and by which way; not null
     * @param contents the message itself, not null
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
     * Makes a message that no queue has seen yet.
     *
     * @param client who handed it in, not null
     * @param envelope from whom and to whom, not null
     * @param contents the message itself, not null
     */
    public Message(Client client, Envelope envelope, Contents contents) {
        this(null, null, 0, client, envelope, contents);
    }

    /**
     * The same message in another envelope.
     *
     * @param other the envelope, not null
     * @return the message, never null
     */
    public Message withEnvelope(Envelope other) {
        return new Message(id, timestamp, attempts, client, other, contents);
    }

    /**
     * The same message with other contents.
     *
     * @param other the contents, not null
     * @return the message, never null
     */
    public Message withContents(Contents other) {
        return new Message(id, timestamp, attempts, client, envelope, other);
    }

    /**
     * The same message as a queue keeps it.
     *
     * @param queueId what the queue calls it, or null
     * @param queued when it was queued, or null
     * @param tried how many times its delivery was tried, 0 or more
     * @return the message, never null
     */
    public Message withQueueing(String queueId, Instant queued, int tried) {
        return new Message(queueId, queued, tried, client, envelope, contents);
    }
}
