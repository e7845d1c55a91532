package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The settings that only servers on a socket have, and those that only their clients have. */
final class SocketSettings {

    private SocketSettings() {}

    /** Where a server listens. */
    interface ServerAddress {

        @AttributeDefinition(name = "Interface", required = false, defaultValue = "127.0.0.1",
                description = "The name or address of the interface to listen on; 0.0.0.0 for all.")
        String host();

        @AttributeDefinition(name = "Port", description = "The TCP port to listen on; 0 to have one picked.")
        int port();
    }

    /** How much a server takes in. */
    interface ServerConnections {

        @AttributeDefinition(name = "Connections", required = false, defaultValue = "10000",
                description = "How many connections may be open at once. One more is closed.")
        int maxConnections();

        @AttributeDefinition(name = "Connections of an address", required = false, defaultValue = "1000",
                description = "How many connections one address, or IPv6 network of 64 bits, may have open at once. "
                        + "One more is closed.")
        int maxConnectionsPerAddress();

        @AttributeDefinition(name = "In flight on a connection", required = false, defaultValue = "1024",
                description = "How many transactions of one connection may be without an answer. When there are so "
                        + "many, nothing more is read from it.")
        int maxInFlightPerConnection();

        @AttributeDefinition(name = "Bytes held", required = false, defaultValue = "25%",
                description = "How many bytes all connections together may hold: what has arrived of frames, requests "
                        + "until they are answered, answers until they are taken. Then nothing more is read; if "
                        + "nothing moves, those that hold most are closed. A size, or a share of the heap.")
        String memoryLimit();
    }

    /** The times of the connections of a server. */
    interface ServerTimes {

        @AttributeDefinition(name = "Time for a frame", required = false, defaultValue = "60s",
                description = "How long a whole frame may take to arrive, or to leave.")
        String frameTimeout();

        @AttributeDefinition(name = "Minimum rate", required = false, defaultValue = "16KiB",
                description = "How fast a large frame must arrive, or leave: for each so many bytes of it there is a "
                        + "second more than frameTimeout.")
        String minRate();

        @AttributeDefinition(name = "Time to answer", required = false, defaultValue = "600s",
                description = "How long a request may wait and be worked on, from when it has arrived.")
        String processingTimeout();

        @AttributeDefinition(name = "Idle time", required = false, defaultValue = "120s",
                description = "How long a kept connection may carry nothing at all before it is closed.")
        String idleTimeout();
    }

    /** The server of a client. */
    interface ClientAddress {

        @AttributeDefinition(name = "Host", description = "The name or address of the server.")
        String host();

        @AttributeDefinition(name = "Port", description = "The server's TCP port.")
        int port();
    }

    /** The connections of a client, and what it sends. */
    interface ClientConnections {

        @AttributeDefinition(name = "Transactions in flight", required = false, defaultValue = "256",
                description = "How many transactions may be under way at once. With one more, sending waits.")
        int maxInFlight();

        @AttributeDefinition(name = "Bytes held", required = false, defaultValue = "25%",
                description = "How many bytes the client may hold: requests until they are answered, responses that "
                        + "arrive or wait to be read. Then sending waits, and nothing more is read. A size, or a "
                        + "share of the heap.")
        String memoryLimit();

        @AttributeDefinition(name = "Pool size", required = false, defaultValue = "2",
                description = "How many connections are kept and shared. 0: one for each transaction, as a Lua node "
                        + "does.")
        int poolSize();

        @AttributeDefinition(name = "Idle time", required = false, defaultValue = "60s",
                description = "How long a kept connection may be without a transaction before it is closed.")
        String idleTimeout();

        @AttributeDefinition(name = "Ping interval", required = false, defaultValue = "10s",
                description = "After how long a silence the server is asked whether it is there; after as long again, "
                        + "and 3 s at least, it is given up.")
        String pingInterval();

        @AttributeDefinition(name = "Time to connect", required = false, defaultValue = "10s",
                description = "How long a connection may take to come about: the look-up of the name, all addresses, "
                        + "TLS.")
        String connectTimeout();
    }
}
