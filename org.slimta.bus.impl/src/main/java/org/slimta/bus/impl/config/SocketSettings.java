package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The settings of socket servers and of their clients, without those that both have. */
final class SocketSettings {

    private SocketSettings() {}

    /** The address that a server listens on. */
    interface ServerAddress {

        @AttributeDefinition(
                name = "Interface",
                required = false,
                defaultValue = "127.0.0.1",
                description = "The host name or address of the interface to listen on; 0.0.0.0 for all interfaces.")
        String host();

        @AttributeDefinition(name = "Port", description = "The TCP port to listen on; 0 to use any free port.")
        int port();
    }

    /** The limits of what a server accepts. */
    interface ServerConnections {

        @AttributeDefinition(
                name = "Connections",
                required = false,
                defaultValue = "10000",
                description = "How many connections may be open at once. Further connections are refused.")
        int maxConnections();

        @AttributeDefinition(
                name = "Connections per address",
                required = false,
                defaultValue = "1000",
                description = "How many connections one address, or one IPv6 /64 network, may have open at once. "
                        + "Further connections are refused.")
        int maxConnectionsPerAddress();

        @AttributeDefinition(
                name = "Unanswered requests per connection",
                required = false,
                defaultValue = "1024",
                description = "How many transactions of one connection may be unanswered. At that number the server "
                        + "stops reading from the connection.")
        int maxInFlightPerConnection();

        @AttributeDefinition(
                name = "Memory limit",
                required = false,
                defaultValue = "25%",
                description = "How much memory all connections together may use: for incomplete frames, for requests "
                        + "until they are answered, and for responses until they are sent. At the limit the server "
                        + "stops reading; if nothing makes progress, it closes the connections that use most. A size, "
                        + "or a percentage of the heap.")
        String memoryLimit();
    }

    /** The timeouts of the connections of a server. */
    interface ServerTimes {

        @AttributeDefinition(
                name = "Frame timeout",
                required = false,
                defaultValue = "60s",
                description = "How long a whole frame may take to arrive, or to be sent.")
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
                description = "How long responses are kept, in case the connection breaks and the client asks for them "
                        + "again. They use an eighth of memoryLimit at most. 0s: clients cannot ask.")
        String responseRetention();

        @AttributeDefinition(
                name = "Idle timeout",
                required = false,
                defaultValue = "120s",
                description = "How long a persistent connection may carry no data before it is closed.")
        String idleTimeout();
    }

    /** The address of the server of a client. */
    interface ClientAddress {

        @AttributeDefinition(
                name = "Host",
                required = false,
                description = "The host name or address of the server. Required unless hosts is set.")
        String host();

        @AttributeDefinition(
                name = "Port",
                required = false,
                description = "The TCP port of the server. Required, unless each of the hosts has a port.")
        int port();

        @AttributeDefinition(
                name = "Hosts",
                required = false,
                description = "Several servers in place of one host: host:port, separated by semicolons. A name stands "
                        + "for all its addresses.")
        String hosts();

        @AttributeDefinition(
                name = "Balance",
                required = false,
                defaultValue = "least",
                description = "How one of the hosts is chosen for a transaction: least, the one with the fewest "
                        + "transactions in flight; order, the first that can be reached.")
        String balance();
    }

    /** The limits and timeouts of the connections of a client. */
    interface ClientConnections {

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
                        + "responses until they are read. At the limit, senders wait and the client stops reading. A "
                        + "size, or a percentage of the heap.")
        String memoryLimit();

        @AttributeDefinition(
                name = "Pool size",
                required = false,
                defaultValue = "2",
                description = "How many persistent connections the transactions share. 0: one connection for each "
                        + "transaction, as a Lua node does.")
        int poolSize();

        @AttributeDefinition(
                name = "Reconnect",
                required = false,
                defaultValue = "true",
                description = "Whether the client connects again after a connection has broken, and asks the server "
                        + "what became of the transactions that were in flight.")
        boolean reconnect();

        @AttributeDefinition(
                name = "Idle timeout",
                required = false,
                defaultValue = "60s",
                description = "How long a persistent connection may have no transaction before it is closed.")
        String idleTimeout();

        @AttributeDefinition(
                name = "Ping interval",
                required = false,
                defaultValue = "10s",
                description = "How long a connection may be silent before the client sends a ping. If the silence "
                        + "lasts as long again, and at least 3 s, the client closes the connection.")
        String pingInterval();

        @AttributeDefinition(
                name = "Connect timeout",
                required = false,
                defaultValue = "10s",
                description = "How long opening a connection may take: name look-up, all addresses and the TLS "
                        + "handshake.")
        String connectTimeout();
    }
}
