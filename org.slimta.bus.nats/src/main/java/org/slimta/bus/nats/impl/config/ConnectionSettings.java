package org.slimta.bus.nats.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;

/** The settings of connections to clusters, in groups that tools show in this order. */
final class ConnectionSettings {

    private ConnectionSettings() {}

    /** Where the cluster is. */
    interface Nodes {

        @AttributeDefinition(
                name = "Name",
                description = "The name of the connection, used by servers and clients over NATS. It must be unique.")
        String slimta_nats_name();

        @AttributeDefinition(
                name = "Nodes",
                required = false,
                defaultValue = "nats://127.0.0.1:4222",
                description = "The nodes of the cluster, separated by semicolons, for example "
                        + "nats://n1:4222;nats://n2:4222. One that can be reached is enough.")
        String servers();

        @AttributeDefinition(
                name = "Discover nodes",
                required = false,
                defaultValue = "true",
                description = "Whether to use nodes that other nodes tell of. With TLS, their certificates need the "
                        + "names or addresses that the nodes tell (client_advertise).")
        boolean discoverServers();

        @AttributeDefinition(
                name = "Prefix",
                required = false,
                defaultValue = "slimta.bus",
                description = "What the subjects of all buses begin with. It must be the same at both ends.")
        String prefix();
    }

    /** Who this end is. */
    interface Credentials {

        @AttributeDefinition(
                name = "User",
                required = false,
                defaultValue = "",
                description = "The user that the nodes know this end as. The subjects of its clients contain it.")
        String user();

        @AttributeDefinition(
                name = "Password",
                type = AttributeType.PASSWORD,
                required = false,
                defaultValue = "",
                description = "The password of the user.")
        String password();

        @AttributeDefinition(
                name = "Token",
                type = AttributeType.PASSWORD,
                required = false,
                defaultValue = "",
                description = "The token that the nodes expect, in place of user and password.")
        String token();

        @AttributeDefinition(
                name = "Key file",
                required = false,
                defaultValue = "",
                description = "File: the seed of the user's key (nkey), which begins with SU. It is read for each "
                        + "connection.")
        String nkey();

        @AttributeDefinition(
                name = "Credentials file",
                required = false,
                defaultValue = "",
                description = "File: the JWT of the user and the seed of its key. It is read for each connection.")
        String credentials();
    }

    /** How the connection is kept. */
    interface Times {

        @AttributeDefinition(
                name = "Connect timeout",
                required = false,
                defaultValue = "5s",
                description = "How long connecting to one node may take.")
        String connectTimeout();

        @AttributeDefinition(
                name = "Ping interval",
                required = false,
                defaultValue = "1s",
                description = "The time between two pings to the node. After two without an answer, another node is "
                        + "looked for.")
        String pingInterval();

        @AttributeDefinition(
                name = "Reconnect pause",
                required = false,
                defaultValue = "100ms",
                description = "How long to wait after all nodes were tried in vain. Up to as much again is added at "
                        + "random.")
        String reconnectPause();

        @AttributeDefinition(
                name = "TLS first",
                required = false,
                defaultValue = "false",
                description = "Whether TLS begins before the node has said anything (handshake_first at the nodes).")
        boolean tlsFirst();
    }

    /** What the Web Console shows in its list of configurations. It is not a setting of the connection. */
    interface NameHint {

        @AttributeDefinition(
                name = "Name hint",
                required = false,
                defaultValue = "{slimta.nats.name}",
                description = "What the Web Console shows in its list of configurations.")
        String webconsole_configurationFactory_nameHint();
    }
}
