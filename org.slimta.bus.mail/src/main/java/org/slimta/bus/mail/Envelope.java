package org.slimta.bus.mail;

import java.util.List;
import java.util.Objects;

/**
 * From whom a message is, to whom it goes, and by which way. Immutable.
 *
 * @param sender the sender's address, empty for a bounce; not null
 * @param recipients the recipients' addresses in order, not null
 * @param destination by which way, or null if it is not routed yet
 */
public record Envelope(String sender, List<String> recipients, Destination destination) {

    /**
     * Makes an envelope.
     *
     * @param sender the sender's address, empty for a bounce; not null
     * @param recipients the recipients' addresses in order, copied, not null
     * @param destination by which way, or null if it is not routed yet
     */
    public Envelope {
        Objects.requireNonNull(sender, "sender");
        recipients = List.copyOf(recipients);
    }

    /**
     * Makes an envelope that is not routed yet.
     *
     * @param sender the sender's address, empty for a bounce; not null
     * @param recipients the recipients' addresses in order, copied, not null
     */
    public Envelope(String sender, List<String> recipients) {
        this(sender, recipients, null);
    }

    /**
     * The same envelope, routed.
     *
     * @param way by which way, or null for none
     * @return the envelope, never null
     */
    public Envelope withDestination(Destination way) {
        return new Envelope(sender, recipients, way);
    }

    /**
     * The way of a message.
     *
     * @param host where to, a name or an address, empty if only the relayer is set; not null
     * @param relayer by what, such as {@code SMTP}, or null if not set
     * @param port at which port, or 0 if not set
     */
    public record Destination(String host, String relayer, int port) {

        /**
         * Makes a destination.
         *
         * @param host where to, not null
         * @param relayer by what, or null if not set
         * @param port at which port, or 0 if not set
         */
        public Destination {
            Objects.requireNonNull(host, "host");
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("the port is " + port + "; it must be from 1 to 65535, or 0 for none");
            }
        }
    }
}
