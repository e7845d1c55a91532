package org.slimta.bus.nats.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The settings of servers and clients over NATS, in groups that tools show in this order. */
final class EndSettings {

    private EndSettings() {}

    /** Where the bus is. */
    interface Place {

        @AttributeDefinition(
                name = "NATS connection",
                description = "The name of the connection to the cluster (slimta.nats.name).")
        String nats();

        @AttributeDefinition(
                name = "Subject",
                required = false,
                defaultValue = "",
                description = "Names the bus in the cluster: any number of servers and clients may have the same "
                        + "subject. Empty for the name of the bus.")
        String subject();
    }

    /** How a server is noticed. */
    interface Presence {

        @AttributeDefinition(
                name = "Presence interval",
                required = false,
                defaultValue = "2s",
                description = "How often the server tells that it is there, at most 2s: a client sends nothing to a "
                        + "server that it has not heard of for 3s.")
        String presenceInterval();
    }

    /** What a server takes in. */
    interface ServerLimits {

        @AttributeDefinition(
                name = "Memory limit",
                required = false,
                defaultValue = "25%",
                description = "How much memory requests may use, while they arrive and until they are answered; and an "
                        + "eighth of it the replies that are kept for clients that ask. Beyond it, requests are given back. A "
                        + "size, or a percentage of the heap.")
        String memoryLimit();

        @AttributeDefinition(
                name = "Frame timeout",
                required = false,
                defaultValue = "60s",
                description = "How long a large frame may take to arrive.")
        String frameTimeout();

        @AttributeDefinition(
                name = "Minimum rate",
                required = false,
                defaultValue = "16KiB",
                description = "The minimum transfer rate of large frames, in bytes per second: a frame has "
                        + "frameTimeout plus one second per this many bytes.")
        String minRate();

        @AttributeDefinition(
                name = "Processing timeout",
                required = false,
                defaultValue = "600s",
                description = "How long a request may wait and be processed, counted from its arrival.")
        String processingTimeout();

        @AttributeDefinition(
                name = "Response retention",
                required = false,
                defaultValue = "30s",
                description = "How long replies are kept, in case they are lost and the client asks for them again.")
        String responseRetention();
    }

    /** What a client sends. */
    interface ClientLimits {

        @AttributeDefinition(
                name = "Transactions in flight",
                required = false,
                defaultValue = "256",
                description = "How many transactions may be in progress at once. At that number, senders wait.")
        int maxInFlight();

        @AttributeDefinition(
                name = "Memory limit",
                required = false,
                defaultValue = "25%",
                description = "How much memory the client may use: for requests until they are answered, and for "
                        + "responses until they are read. A size, or a percentage of the heap.")
        String memoryLimit();
    }

    /** When a client asks, and gives up. */
    interface Silence {

        @AttributeDefinition(
                name = "Silence timeout",
                required = false,
                defaultValue = "1s",
                description = "After this silence about a request, the client asks its server what became of it.")
        String silenceTimeout();

        @AttributeDefinition(
                name = "Lost timeout",
                required = false,
                defaultValue = "3s",
                description = "A server that was not heard of for this long is taken for dead: what it has fails with "
                        + "CLOSED, since it may have been processed.")
        String lostTimeout();
    }
}
