package org.slimta.bus.mail;

import java.util.List;
import java.util.Objects;

/**
 * The envelope of a message: its sender, its recipients and its destination. Immutable.
 *
 * @param sender the address of the sender, not null; empty for a bounce
 * @param recipients the addresses of the recipients in order, not null
 * @param destination the destination, or null if the message is not routed yet
 */
public record Envelope(String sender, List<String> recipients, Destination destination) {

    /**
     * Creates an envelope.
     *
     * @param sender the address of the sender, not null; empty for a bounce
     * @param recipients the addresses of the recipients in order, not null; copied
     * @param destination the destination, or null if the message is not routed yet
     */
    public Envelope {
        Objects.requireNonNull(sender, "sender");
        recipients = List.copyOf(recipients);
    }

    /**
     * Creates an envelope that is not routed yet.
     *
     * @param sender the address of the sender, not null; empty for a bounce
     * @param recipients the addresses of the recipients in order, not null; copied
     */
    public Envelope(String sender, List<String> recipients) {
        this(sender, recipients, null);
    }

    /**
     * Returns this envelope with another destination.
     *
     * @param way the destination, or null for none
     * @return the envelope, never null
     */
    public Envelope withDestination(Destination way) {
        return new Envelope(sender, recipients, way);
    }

    /**
     * The next hop of a message.
     *
     * @param host the name or address of the host, not null; empty if only the relayer is set
     * @param relayer what sends the message, such as {@code SMTP}; or null if not set
     * @param port the port, or 0 if not set
     */
    public record Destination(String host, String relayer, int port) {

        /**
         * Creates a destination.
         *
         * @param host the name or address of the host, not null
         * @param relayer what sends the message, or null if not set
         * @param port the port, or 0 if not set
         */
        public Destination {
            Objects.requireNonNull(host, "host");
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException(
                        "the port is " + port + "; it must be from 1 to 65535, or 0 for none");
            }
        }
    }
}
