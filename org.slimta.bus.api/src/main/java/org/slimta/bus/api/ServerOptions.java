package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a server on a socket. Immutable; built with {@link #builder()}. */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = builder().build();

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private ServerOptions(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return the default options, never null} */
    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /** {@return a builder that starts with the defaults, never null} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the name of the bus in messages and logs, or null for a generated one; default null} A generated name is
     * made from the kind of the bus and its address.
     */
    public String name() {
        return values.name;
    }

    /**
     * {@return the maximum number of transactions that may wait to be received; 1 or more, default 1024} While the
     * queue is full, the server stops reading from its connections.
     */
    public int queueSize() {
        return values.queueSize;
    }

    /**
     * {@return the maximum number of connections that may be open at once; 1 or more, default 10,000} Further
     * connections are refused.
     */
    public int maxConnections() {
        return values.maxConnections;
    }

    /**
     * {@return the maximum number of connections that one address may have open at once; 1 or more, default 1,000}
     * Further connections are refused. An IPv6 network of 64 bits counts as one address.
     */
    public int maxConnectionsPerAddress() {
        return values.maxConnectionsPerAddress;
    }

    /**
     * {@return the maximum number of transactions of one connection that may be unanswered; 1 or more, default 1,024}
     * At that number the server stops reading from the connection.
     */
    public int maxInFlightPerConnection() {
        return values.maxInFlightPerConnection;
    }

    /**
     * {@return the maximum number of bytes that all connections together may hold; 1 MiB or more, default a quarter of
     * the heap} These are the parts of frames that have arrived, requests until they are answered, and responses until
     * the clients have read them. At the limit the server stops reading; if nothing moves then, the connections that
     * hold most are closed.
     */
    public long memoryLimit() {
        return values.memoryLimit;
    }

    /** {@return how long {@link BusServer#recvRequest()} waits for a request; zero or more, not null, default 60 s} */
    public Duration receiveTimeout() {
        return values.receiveTimeout;
    }

    /**
     * {@return how long a transaction waits for a codec that is not available; zero or more, not null, default 5 s}
     * After that the transaction fails with {@link BusException.Reason#NO_CODEC}.
     */
    public Duration missingCodecTimeout() {
        return values.missingCodecTimeout;
    }

    /**
     * {@return how long a whole frame may take to arrive, or to be sent; more than zero, not null, default 60 s} The
     * time of the first frame of a connection begins when the connection is accepted, that of others with their first
     * byte.
     */
    public Duration frameTimeout() {
        return values.frameTimeout;
    }

    /**
     * {@return the minimum transfer rate of large frames, in bytes per second; 1 or more, default 16 KiB} A frame may
     * take {@link #frameTimeout()} plus one second for each {@code minRate} bytes of it.
     */
    public long minRate() {
        return values.minRate;
    }

    /**
     * {@return how long a request may wait and be processed, from its arrival to its response; more than zero, not
     * null, default 600 s} After that the transaction fails with {@link BusException.Reason#TIMEOUT}.
     */
    public Duration processingTimeout() {
        return values.processingTimeout;
    }

    /**
     * {@return how long the server keeps responses that a client may not have received, so that it can ask for them
     * after its connection broke; zero or more, not null, default 30 s} They use an eighth of {@link #memoryLimit()} at
     * most; the oldest are dropped first. With zero, clients cannot ask, and transactions that are in flight on a
     * connection that breaks fail with {@link BusException.Reason#CLOSED}.
     */
    public Duration responseRetention() {
        return values.responseRetention;
    }

    /**
     * {@return how long a kept connection may carry nothing, not even a ping, before it is closed; more than zero, not
     * null, default 120 s}
     */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /**
     * {@return how long {@link BusServer#close()} waits for accepted requests to be received and answered; zero or
     * more, not null, default 5 s}
     */
    public Duration drainTimeout() {
        return values.drainTimeout;
    }

    /** {@return the limits of frames, read and written; not null, default {@link FrameLimits#defaults()}} */
    public FrameLimits limits() {
        return values.limits;
    }

    /** {@return the options of TLS, or null for no TLS; default null} */
    public TlsOptions tls() {
        return values.tls;
    }

    /** {@return a builder that starts with these options, never null} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    /** {@return all options with their names, without passwords} */
    @Override
    public String toString() {
        return "ServerOptions" + values.named();
    }

    /**
     * Builds {@link ServerOptions}; not thread-safe. The getters of {@link ServerOptions} say what each option means,
     * its unit, range and default. A value out of range is refused with an {@link IllegalArgumentException} that states
     * the range. No duration may be longer than 365 days. Null, where it is not allowed, is refused with a
     * {@link NullPointerException}.
     */
    public static final class Builder {

        private String name;
        private int queueSize = 1024;
        private int maxConnections = 10_000;
        private int maxConnectionsPerAddress = 1000;
        private int maxInFlightPerConnection = 1024;
        private long memoryLimit = Runtime.getRuntime().maxMemory() / 4;
        private Duration receiveTimeout = Duration.ofSeconds(60);
        private Duration missingCodecTimeout = Duration.ofSeconds(5);
        private Duration frameTimeout = Duration.ofSeconds(60);
        private long minRate = 16 << 10;
        private Duration processingTimeout = Duration.ofMinutes(10);
        private Duration responseRetention = Duration.ofSeconds(30);
        private Duration idleTimeout = Duration.ofMinutes(2);
        private Duration drainTimeout = Duration.ofSeconds(5);
        private FrameLimits limits = FrameLimits.defaults();
        private TlsOptions tls;

        private Builder() {}

        private Builder(Builder other) {
            name = other.name;
            queueSize = other.queueSize;
            maxConnections = other.maxConnections;
            maxConnectionsPerAddress = other.maxConnectionsPerAddress;
            maxInFlightPerConnection = other.maxInFlightPerConnection;
            memoryLimit = other.memoryLimit;
            receiveTimeout = other.receiveTimeout;
            missingCodecTimeout = other.missingCodecTimeout;
            frameTimeout = other.frameTimeout;
            minRate = other.minRate;
            processingTimeout = other.processingTimeout;
            responseRetention = other.responseRetention;
            idleTimeout = other.idleTimeout;
            drainTimeout = other.drainTimeout;
            limits = other.limits;
            tls = other.tls;
        }

        private NamedValues named() {
            return new NamedValues()
                    .add("name", name)
                    .add("queueSize", queueSize)
                    .add("maxConnections", maxConnections)
                    .add("maxConnectionsPerAddress", maxConnectionsPerAddress)
                    .add("maxInFlightPerConnection", maxInFlightPerConnection)
                    .add("memoryLimit", memoryLimit)
                    .add("receiveTimeout", receiveTimeout)
                    .add("missingCodecTimeout", missingCodecTimeout)
                    .add("frameTimeout", frameTimeout)
                    .add("minRate", minRate)
                    .add("processingTimeout", processingTimeout)
                    .add("responseRetention", responseRetention)
                    .add("idleTimeout", idleTimeout)
                    .add("drainTimeout", drainTimeout)
                    .add("limits", limits)
                    .add("tls", tls);
        }

        /**
         * Sets {@link ServerOptions#name()}.
         *
         * @param value the name, or null for a generated one
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets {@link ServerOptions#queueSize()}.
         *
         * @param value transactions, 1 or more
         * @return this builder
         */
        public Builder queueSize(int value) {
            queueSize = OptionRange.between("queueSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#maxConnections()}.
         *
         * @param value connections, 1 or more
         * @return this builder
         */
        public Builder maxConnections(int value) {
            maxConnections = OptionRange.between("maxConnections", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#maxConnectionsPerAddress()}.
         *
         * @param value connections, 1 or more
         * @return this builder
         */
        public Builder maxConnectionsPerAddress(int value) {
            maxConnectionsPerAddress = OptionRange.between("maxConnectionsPerAddress", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#maxInFlightPerConnection()}.
         *
         * @param value transactions, 1 or more
         * @return this builder
         */
        public Builder maxInFlightPerConnection(int value) {
            maxInFlightPerConnection = OptionRange.between("maxInFlightPerConnection", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#memoryLimit()}.
         *
         * @param value bytes, 1 MiB or more
         * @return this builder
         */
        public Builder memoryLimit(long value) {
            memoryLimit = OptionRange.between("memoryLimit", value, 1 << 20, Long.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#receiveTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder receiveTimeout(Duration value) {
            receiveTimeout = OptionRange.notNegative("receiveTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#missingCodecTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder missingCodecTimeout(Duration value) {
            missingCodecTimeout = OptionRange.notNegative("missingCodecTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#frameTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder frameTimeout(Duration value) {
            frameTimeout = OptionRange.positive("frameTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#minRate()}.
         *
         * @param value bytes per second, 1 or more
         * @return this builder
         */
        public Builder minRate(long value) {
            minRate = OptionRange.between("minRate", value, 1, Long.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ServerOptions#processingTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder processingTimeout(Duration value) {
            processingTimeout = OptionRange.positive("processingTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#responseRetention()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder responseRetention(Duration value) {
            responseRetention = OptionRange.notNegative("responseRetention", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#idleTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = OptionRange.positive("idleTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#drainTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder drainTimeout(Duration value) {
            drainTimeout = OptionRange.notNegative("drainTimeout", value);
            return this;
        }

        /**
         * Sets {@link ServerOptions#limits()}.
         *
         * @param value the limits, not null
         * @return this builder
         */
        public Builder limits(FrameLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * Sets {@link ServerOptions#tls()}.
         *
         * @param value the options of TLS, or null for no TLS
         * @return this builder
         * @throws IllegalArgumentException if they have no certificate, ask clients for certificates without
         *     {@link TlsOptions#trust()}, or allow only some peers without asking for certificates
         */
        public Builder tls(TlsOptions value) {
            tls = value == null ? null : TlsConsistency.checkedForServer(value);
            return this;
        }

        /** {@return options with the values set so far, never null} */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
