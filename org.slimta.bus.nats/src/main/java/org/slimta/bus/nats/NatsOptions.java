package org.slimta.bus.nats;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.TlsOptions;

/** How to connect to a cluster of NATS nodes. Immutable; built with {@link #builder()}. */
public final class NatsOptions {

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private NatsOptions(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return a builder that starts with the defaults, never null} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a builder that starts with these options, never null} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** {@return the name of the connection, in messages and at the nodes; not null, default {@code nats}} */
    public String name() {
        return values.name;
    }

    /** {@return the nodes, such as {@code nats://n1:4222}; at least one, default {@code nats://127.0.0.1:4222}} */
    public List<String> servers() {
        return values.servers;
    }

    /** {@return the user, or null} */
    public String user() {
        return values.user;
    }

    /** {@return the password of the user, or null} */
    public String password() {
        return values.password;
    }

    /** {@return the token, or null} */
    public String token() {
        return values.token;
    }

    /** {@return the file with the seed of the user's key, or null} It is read for each connection. */
    public Path nkey() {
        return values.nkey;
    }

    /** {@return the file with the user's JWT and seed, or null} It is read for each connection. */
    public Path credentials() {
        return values.credentials;
    }

    /** {@return what the subjects of all buses begin with; not null, default {@code slimta.bus}} */
    public String prefix() {
        return values.prefix;
    }

    /** {@return how long connecting to one node may take; default 5 s} */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** {@return the time between two pings to the node; default 1 s} After two without an answer it is given up. */
    public Duration pingInterval() {
        return values.pingInterval;
    }

    /** {@return how long to wait after all nodes were tried in vain; default 100 ms} Up to as much again is added at random. */
    public Duration reconnectPause() {
        return values.reconnectPause;
    }

    /** {@return whether to use nodes that other nodes tell of; default true} */
    public boolean discoverServers() {
        return values.discoverServers;
    }

    /** {@return the options of TLS; null for none} */
    public TlsOptions tls() {
        return values.tls;
    }

    /** {@return whether TLS begins before the node has said anything ({@code handshake_first} at the nodes); default false} */
    public boolean tlsFirst() {
        return values.tlsFirst;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NatsOptions options && values.list().equals(options.values.list());
    }

    @Override
    public int hashCode() {
        return values.list().hashCode();
    }

    /** {@return the name and the nodes, without secrets} */
    @Override
    public String toString() {
        return name() + " " + String.join(";", servers());
    }

    /** Builds options. Not thread-safe. */
    public static final class Builder {

        private String name = "nats";
        private List<String> servers = List.of("nats://127.0.0.1:4222");
        private String user;
        private String password;
        private String token;
        private Path nkey;
        private Path credentials;
        private String prefix = "slimta.bus";
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration pingInterval = Duration.ofSeconds(1);
        private Duration reconnectPause = Duration.ofMillis(100);
        private boolean discoverServers = true;
        private TlsOptions tls;
        private boolean tlsFirst;

        private Builder() {}

        private Builder(Builder from) {
            name = from.name;
            servers = from.servers;
            user = from.user;
            password = from.password;
            token = from.token;
            nkey = from.nkey;
            credentials = from.credentials;
            prefix = from.prefix;
            connectTimeout = from.connectTimeout;
            pingInterval = from.pingInterval;
            reconnectPause = from.reconnectPause;
            discoverServers = from.discoverServers;
            tls = from.tls;
            tlsFirst = from.tlsFirst;
        }

        private List<Object> list() {
            return Arrays.asList(
                    name,
                    servers,
                    user,
                    password,
                    token,
                    nkey,
                    credentials,
                    prefix,
                    connectTimeout,
                    pingInterval,
                    reconnectPause,
                    discoverServers,
                    tls,
                    tlsFirst);
        }

        /**
         * Sets the name of the connection.
         *
         * @param value the name, not null
         * @return this builder
         */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * Sets the nodes.
         *
         * @param value URLs, such as {@code nats://n1:4222}, at least one; not null
         * @return this builder
         * @throws IllegalArgumentException if there is none
         */
        public Builder servers(List<String> value) {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("servers must name at least one node");
            }
            servers = List.copyOf(value);
            return this;
        }

        /**
         * Sets user and password.
         *
         * @param newUser the user, or null
         * @param newPassword the password, or null
         * @return this builder
         */
        public Builder user(String newUser, String newPassword) {
            user = newUser;
            password = newPassword;
            return this;
        }

        /**
         * Sets the token.
         *
         * @param value the token, or null
         * @return this builder
         */
        public Builder token(String value) {
            token = value;
            return this;
        }

        /**
         * Sets the file with the seed of the user's key.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder nkey(Path value) {
            nkey = value;
            return this;
        }

        /**
         * Sets the file with the user's JWT and seed.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder credentials(Path value) {
            credentials = value;
            return this;
        }

        /**
         * Sets what all subjects begin with.
         *
         * @param value one or more tokens of letters, digits, {@code _} and {@code -}, with dots between them; not null
         * @return this builder
         * @throws IllegalArgumentException if it is not that
         */
        public Builder prefix(String value) {
            if (!value.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
                throw new IllegalArgumentException("prefix is " + value
                        + "; it must be words of letters, digits, _ and -, with dots between them");
            }
            prefix = value;
            return this;
        }

        /**
         * Sets how long connecting to one node may take.
         *
         * @param value more than zero, not null
         * @return this builder
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = positive("connectTimeout", value);
            return this;
        }

        /**
         * Sets the time between two pings.
         *
         * @param value more than zero, not null
         * @return this builder
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder pingInterval(Duration value) {
            pingInterval = positive("pingInterval", value);
            return this;
        }

        /**
         * Sets how long to wait after all nodes were tried in vain.
         *
         * @param value more than zero, not null
         * @return this builder
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder reconnectPause(Duration value) {
            reconnectPause = positive("reconnectPause", value);
            return this;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(name + " is " + value + "; it must be more than zero");
            }
            return value;
        }

        /**
         * Sets whether to use nodes that other nodes tell of.
         *
         * @param value whether to use them
         * @return this builder
         */
        public Builder discoverServers(boolean value) {
            discoverServers = value;
            return this;
        }

        /**
         * Sets the options of TLS.
         *
         * @param value the options; null for no TLS
         * @return this builder
         */
        public Builder tls(TlsOptions value) {
            tls = value;
            return this;
        }

        /**
         * Sets whether TLS begins before the node has said anything.
         *
         * @param value whether it does
         * @return this builder
         */
        public Builder tlsFirst(boolean value) {
            tlsFirst = value;
            return this;
        }

        /** {@return the options, never null} */
        public NatsOptions build() {
            return new NatsOptions(this);
        }
    }
}
