package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a client of a server on a socket. Immutable; made by a {@link #builder()}. */
public final class ClientOptions {

    private static final ClientOptions DEFAULTS = builder().build();

    private final String name;
    private final int maxInFlight;
    private final long memoryLimit;
    private final int poolSize;
    private final Duration idleTimeout;
    private final Duration pingInterval;
    private final Duration connectTimeout;
    private final Duration sendTimeout;
    private final Duration responseTimeout;
    private final Duration missingCodecTimeout;
    private final FrameLimits limits;
    private final TlsOptions tls;

    private ClientOptions(Builder builder) {
        name = builder.name;
        maxInFlight = builder.maxInFlight;
        memoryLimit = builder.memoryLimit;
        poolSize = builder.poolSize;
        idleTimeout = builder.idleTimeout;
        pingInterval = builder.pingInterval;
        connectTimeout = builder.connectTimeout;
        sendTimeout = builder.sendTimeout;
        responseTimeout = builder.responseTimeout;
        missingCodecTimeout = builder.missingCodecTimeout;
        limits = builder.limits;
        tls = builder.tls;
    }

    /**
     * All defaults.
     *
     * @return the options, never null
     */
    public static ClientOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder, never null
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How the bus is called in messages and logs.
     *
     * @return the name, or null to have one made
     */
    public String name() {
        return name;
    }

    /**
     * How many transactions may be under way at once. With one more {@link BusClient#sendRequest} waits.
     *
     * @return transactions, 1 or more; default 256
     */
    public int maxInFlight() {
        return maxInFlight;
    }

    /**
     * How many bytes the client may hold: requests until they are answered, and responses that arrive, or wait to be read.
     * When it is used up, sending waits, and then fails with {@code OVERLOADED}; nothing more is read, and if nothing moves
     * then, the connections that hold most of it are closed.
     *
     * @return bytes, 1 MiB or more; default a quarter of the heap
     */
    public long memoryLimit() {
        return memoryLimit;
    }

    /**
     * How many connections are kept for transactions to share. None is kept to a server that does not know how, as
     * slimta's Lua nodes.
     *
     * @return connections, 0 to 1024; 0 to have one for each transaction; default 2
     */
    public int poolSize() {
        return poolSize;
    }

    /**
     * How long a kept connection may carry no transaction before it is closed.
     *
     * @return more than zero, not null; default 60 s
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * How long a kept connection may be silent before the server is asked whether it is there. If it then says nothing for
     * as long again, and at least for 3 s, since it may only be busy, the connection is closed, and its transactions fail with
     * {@code CLOSED}.
     *
     * @return more than zero, not null; default 10 s
     */
    public Duration pingInterval() {
        return pingInterval;
    }

    /**
     * How long a connection may take to come about, before the transaction fails with {@code CONNECT}. That is for all of it:
     * the look-up of the host's name, each of its addresses, and the TLS handshake.
     *
     * @return more than zero, not null; default 10 s
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * How long {@link BusClient#sendRequest} waits for room before the transaction fails with {@code OVERLOADED}.
     *
     * @return zero or more, not null; default 10 s
     */
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /**
     * How long a transaction may take from the call of {@link BusClient#sendRequest} to its responses, before it fails with
     * {@code TIMEOUT}, or with {@code CONNECT} if no connection was had for it.
     *
     * @return more than zero, not null; default 60 s
     */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /**
     * How long a transaction waits for a codec that is not there, before it fails with {@code NO_CODEC}.
     *
     * @return zero or more, not null; default 5 s
     */
    public Duration missingCodecTimeout() {
        return missingCodecTimeout;
    }

    /**
     * How large frames may be, read and written.
     *
     * @return the limits, not null
     */
    public FrameLimits limits() {
        return limits;
    }

    /**
     * TLS.
     *
     * @return its options, or null to speak plainly
     */
    public TlsOptions tls() {
        return tls;
    }

    /**
     * Starts from these options.
     *
     * @return a builder with their values, never null
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientOptions options
                && Objects.equals(name, options.name)
                && maxInFlight == options.maxInFlight
                && memoryLimit == options.memoryLimit
                && poolSize == options.poolSize
                && Objects.equals(idleTimeout, options.idleTimeout)
                && Objects.equals(pingInterval, options.pingInterval)
                && Objects.equals(connectTimeout, options.connectTimeout)
                && Objects.equals(sendTimeout, options.sendTimeout)
                && Objects.equals(responseTimeout, options.responseTimeout)
                && Objects.equals(missingCodecTimeout, options.missingCodecTimeout)
                && Objects.equals(limits, options.limits)
                && Objects.equals(tls, options.tls);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name, maxInFlight, memoryLimit, poolSize, idleTimeout, pingInterval, connectTimeout, sendTimeout,
                responseTimeout, missingCodecTimeout, limits, tls);
    }

    /** All values, with their names; no passwords. */
    @Override
    public String toString() {
        return "ClientOptions[name=" + name
                + ", maxInFlight=" + maxInFlight
                + ", memoryLimit=" + memoryLimit
                + ", poolSize=" + poolSize
                + ", idleTimeout=" + idleTimeout
                + ", pingInterval=" + pingInterval
                + ", connectTimeout=" + connectTimeout
                + ", sendTimeout=" + sendTimeout
                + ", responseTimeout=" + responseTimeout
                + ", missingCodecTimeout=" + missingCodecTimeout
                + ", limits=" + limits
                + ", tls=" + tls
                + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private String name;
        private int maxInFlight = 256;
        private long memoryLimit = Runtime.getRuntime().maxMemory() / 4;
        private int poolSize = 2;
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration pingInterval = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration sendTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(60);
        private Duration missingCodecTimeout = Duration.ofSeconds(5);
        private FrameLimits limits = FrameLimits.defaults();
        private TlsOptions tls;

        private Builder() {}

        private Builder(ClientOptions options) {
            name = options.name;
            maxInFlight = options.maxInFlight;
            memoryLimit = options.memoryLimit;
            poolSize = options.poolSize;
            idleTimeout = options.idleTimeout;
            pingInterval = options.pingInterval;
            connectTimeout = options.connectTimeout;
            sendTimeout = options.sendTimeout;
            responseTimeout = options.responseTimeout;
            missingCodecTimeout = options.missingCodecTimeout;
            limits = options.limits;
            tls = options.tls;
        }

        /**
         * How the bus is called in messages and logs.
         *
         * @param value the name, or null to have one made
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * How many transactions may be under way at once. With one more {@link BusClient#sendRequest} waits.
         *
         * @param value transactions, 1 or more; default 256
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxInFlight(int value) {
            maxInFlight = OptionRange.between("maxInFlight", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many bytes the client may hold: requests until they are answered, and responses that arrive, or wait to be
         * read. When it is used up, sending waits, and then fails with {@code OVERLOADED}; nothing more is read, and if
         * nothing moves then, the connections that hold most of it are closed.
         *
         * @param value bytes, 1 MiB or more; default a quarter of the heap
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder memoryLimit(long value) {
            memoryLimit = OptionRange.between("memoryLimit", value, 1 << 20, Long.MAX_VALUE);
            return this;
        }

        /**
         * How many connections are kept for transactions to share. None is kept to a server that does not know how, as
         * slimta's Lua nodes.
         *
         * @param value connections, 0 to 1024; 0 to have one for each transaction; default 2
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder poolSize(int value) {
            poolSize = OptionRange.between("poolSize", value, 0, 1024);
            return this;
        }

        /**
         * How long a kept connection may carry no transaction before it is closed.
         *
         * @param value more than zero, not null; default 60 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = OptionRange.positive("idleTimeout", value);
            return this;
        }

        /**
         * How long a kept connection may be silent before the server is asked whether it is there. If it then says nothing
         * for as long again, and at least for 3 s, since it may only be busy, the connection is closed, and its transactions
         * fail with {@code CLOSED}.
         *
         * @param value more than zero, not null; default 10 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder pingInterval(Duration value) {
            pingInterval = OptionRange.positive("pingInterval", value);
            return this;
        }

        /**
         * How long a connection may take to come about, before the transaction fails with {@code CONNECT}. That is for all
         * of it: the look-up of the host's name, each of its addresses, and the TLS handshake.
         *
         * @param value more than zero, not null; default 10 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = OptionRange.positive("connectTimeout", value);
            return this;
        }

        /**
         * How long {@link BusClient#sendRequest} waits for room before the transaction fails with {@code OVERLOADED}.
         *
         * @param value zero or more, not null; default 10 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder sendTimeout(Duration value) {
            sendTimeout = OptionRange.notNegative("sendTimeout", value);
            return this;
        }

        /**
         * How long a transaction may take from the call of {@link BusClient#sendRequest} to its responses, before it fails with
         * {@code TIMEOUT}, or with {@code CONNECT} if no connection was had for it.
         *
         * @param value more than zero, not null; default 60 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder responseTimeout(Duration value) {
            responseTimeout = OptionRange.positive("responseTimeout", value);
            return this;
        }

        /**
         * How long a transaction waits for a codec that is not there, before it fails with {@code NO_CODEC}.
         *
         * @param value zero or more, not null; default 5 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder missingCodecTimeout(Duration value) {
            missingCodecTimeout = OptionRange.notNegative("missingCodecTimeout", value);
            return this;
        }

        /**
         * How large frames may be, read and written.
         *
         * @param value the limits, not null
         * @return this
         */
        public Builder limits(FrameLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * TLS.
         *
         * @param value its options, or null to speak plainly; default null
         * @return this
         */
        public Builder tls(TlsOptions value) {
            tls = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options, never null
         */
        public ClientOptions build() {
            return new ClientOptions(this);
        }
    }
}
