package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a server on a socket. Immutable; made by a {@link #builder()}. */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = builder().build();

    private final String name;
    private final int queueSize;
    private final int maxConnections;
    private final int maxConnectionsPerAddress;
    private final int maxInFlightPerConnection;
    private final long memoryLimit;
    private final Duration receiveTimeout;
    private final Duration missingCodecTimeout;
    private final Duration frameTimeout;
    private final long minRate;
    private final Duration processingTimeout;
    private final Duration idleTimeout;
    private final Duration drainTimeout;
    private final FrameLimits limits;
    private final TlsOptions tls;

    private ServerOptions(Builder builder) {
        name = builder.name;
        queueSize = builder.queueSize;
        maxConnections = builder.maxConnections;
        maxConnectionsPerAddress = builder.maxConnectionsPerAddress;
        maxInFlightPerConnection = builder.maxInFlightPerConnection;
        memoryLimit = builder.memoryLimit;
        receiveTimeout = builder.receiveTimeout;
        missingCodecTimeout = builder.missingCodecTimeout;
        frameTimeout = builder.frameTimeout;
        minRate = builder.minRate;
        processingTimeout = builder.processingTimeout;
        idleTimeout = builder.idleTimeout;
        drainTimeout = builder.drainTimeout;
        limits = builder.limits;
        tls = builder.tls;
    }

    /**
     * All defaults.
     *
     * @return the options, never null
     */
    public static ServerOptions defaults() {
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
     * How many transactions may wait to be received. When it is full, nothing more is read.
     *
     * @return transactions, 1 or more; default 1024
     */
    public int queueSize() {
        return queueSize;
    }

    /**
     * How many connections may be open at once. One more is closed at once.
     *
     * @return connections, 1 or more; default 10,000
     */
    public int maxConnections() {
        return maxConnections;
    }

    /**
     * How many connections one address may have open at once. One more is closed at once. An IPv6 network of 64 bits counts
     * as one address.
     *
     * @return connections, 1 or more; default 1,000
     */
    public int maxConnectionsPerAddress() {
        return maxConnectionsPerAddress;
    }

    /**
     * How many transactions of one connection may be without an answer. When there are so many, nothing more is read from
     * it.
     *
     * @return transactions, 1 or more; default 1,024
     */
    public int maxInFlightPerConnection() {
        return maxInFlightPerConnection;
    }

    /**
     * How many bytes all connections together may hold: what has arrived of frames, requests until they are answered,
     * answers until they are taken. When it is used up, nothing more is read; if nothing moves then, those that hold most of
     * it are closed.
     *
     * @return bytes, 1 MiB or more; default a quarter of the heap
     */
    public long memoryLimit() {
        return memoryLimit;
    }

    /**
     * How long {@link BusServer#recvRequest()} waits for a request.
     *
     * @return zero or more, not null; default 60 s
     */
    public Duration receiveTimeout() {
        return receiveTimeout;
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
     * How long a whole frame may take to leave, or to arrive: the first of a connection from when it is accepted, others
     * from their first byte.
     *
     * @return more than zero, not null; default 60 s
     */
    public Duration frameTimeout() {
        return frameTimeout;
    }

    /**
     * How fast a large frame must arrive, or leave: for each so many bytes of it there is a second more than {@link
     * #frameTimeout()}.
     *
     * @return bytes a second, 1 or more; default 16 KiB
     */
    public long minRate() {
        return minRate;
    }

    /**
     * How long a request may wait and be worked on, from when it has arrived to its answer, before it fails with
     * {@code TIMEOUT}.
     *
     * @return more than zero, not null; default 600 s
     */
    public Duration processingTimeout() {
        return processingTimeout;
    }

    /**
     * How long a kept connection may carry nothing at all, no ping either, before it is closed.
     *
     * @return more than zero, not null; default 120 s
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * How long {@link BusServer#close()} lets what was taken in be received and answered.
     *
     * @return zero or more, not null; default 5 s
     */
    public Duration drainTimeout() {
        return drainTimeout;
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
        return other instanceof ServerOptions options
                && Objects.equals(name, options.name)
                && queueSize == options.queueSize
                && maxConnections == options.maxConnections
                && maxConnectionsPerAddress == options.maxConnectionsPerAddress
                && maxInFlightPerConnection == options.maxInFlightPerConnection
                && memoryLimit == options.memoryLimit
                && Objects.equals(receiveTimeout, options.receiveTimeout)
                && Objects.equals(missingCodecTimeout, options.missingCodecTimeout)
                && Objects.equals(frameTimeout, options.frameTimeout)
                && minRate == options.minRate
                && Objects.equals(processingTimeout, options.processingTimeout)
                && Objects.equals(idleTimeout, options.idleTimeout)
                && Objects.equals(drainTimeout, options.drainTimeout)
                && Objects.equals(limits, options.limits)
                && Objects.equals(tls, options.tls);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name, queueSize, maxConnections, maxConnectionsPerAddress, maxInFlightPerConnection, memoryLimit,
                receiveTimeout, missingCodecTimeout, frameTimeout, minRate, processingTimeout, idleTimeout,
                drainTimeout, limits, tls);
    }

    /** All values, with their names; no passwords. */
    @Override
    public String toString() {
        return "ServerOptions[name=" + name
                + ", queueSize=" + queueSize
                + ", maxConnections=" + maxConnections
                + ", maxConnectionsPerAddress=" + maxConnectionsPerAddress
                + ", maxInFlightPerConnection=" + maxInFlightPerConnection
                + ", memoryLimit=" + memoryLimit
                + ", receiveTimeout=" + receiveTimeout
                + ", missingCodecTimeout=" + missingCodecTimeout
                + ", frameTimeout=" + frameTimeout
                + ", minRate=" + minRate
                + ", processingTimeout=" + processingTimeout
                + ", idleTimeout=" + idleTimeout
                + ", drainTimeout=" + drainTimeout
                + ", limits=" + limits
                + ", tls=" + tls
                + "]";
    }

    /** Collects options. Not thread-safe. */
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
        private Duration processingTimeout = Duration.ofSeconds(600);
        private Duration idleTimeout = Duration.ofSeconds(120);
        private Duration drainTimeout = Duration.ofSeconds(5);
        private FrameLimits limits = FrameLimits.defaults();
        private TlsOptions tls;

        private Builder() {}

        private Builder(ServerOptions options) {
            name = options.name;
            queueSize = options.queueSize;
            maxConnections = options.maxConnections;
            maxConnectionsPerAddress = options.maxConnectionsPerAddress;
            maxInFlightPerConnection = options.maxInFlightPerConnection;
            memoryLimit = options.memoryLimit;
            receiveTimeout = options.receiveTimeout;
            missingCodecTimeout = options.missingCodecTimeout;
            frameTimeout = options.frameTimeout;
            minRate = options.minRate;
            processingTimeout = options.processingTimeout;
            idleTimeout = options.idleTimeout;
            drainTimeout = options.drainTimeout;
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
         * How many transactions may wait to be received. When it is full, nothing more is read.
         *
         * @param value transactions, 1 or more; default 1024
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder queueSize(int value) {
            queueSize = OptionRange.between("queueSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many connections may be open at once. One more is closed at once.
         *
         * @param value connections, 1 or more; default 10,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxConnections(int value) {
            maxConnections = OptionRange.between("maxConnections", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many connections one address may have open at once. One more is closed at once. An IPv6 network of 64 bits
         * counts as one address.
         *
         * @param value connections, 1 or more; default 1,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxConnectionsPerAddress(int value) {
            maxConnectionsPerAddress = OptionRange.between("maxConnectionsPerAddress", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many transactions of one connection may be without an answer. When there are so many, nothing more is read
         * from it.
         *
         * @param value transactions, 1 or more; default 1,024
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxInFlightPerConnection(int value) {
            maxInFlightPerConnection = OptionRange.between("maxInFlightPerConnection", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many bytes all connections together may hold: what has arrived of frames, requests until they are answered,
         * answers until they are taken. When it is used up, nothing more is read; if nothing moves then, those that hold
         * most of it are closed.
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
         * How long {@link BusServer#recvRequest()} waits for a request.
         *
         * @param value zero or more, not null; default 60 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder receiveTimeout(Duration value) {
            receiveTimeout = OptionRange.notNegative("receiveTimeout", value);
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
         * How long a whole frame may take to leave, or to arrive: the first of a connection from when it is accepted,
         * others from their first byte.
         *
         * @param value more than zero, not null; default 60 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder frameTimeout(Duration value) {
            frameTimeout = OptionRange.positive("frameTimeout", value);
            return this;
        }

        /**
         * How fast a large frame must arrive, or leave: for each so many bytes of it there is a second more than {@link
         * #frameTimeout()}.
         *
         * @param value bytes a second, 1 or more; default 16 KiB
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder minRate(long value) {
            minRate = OptionRange.between("minRate", value, 1, Long.MAX_VALUE);
            return this;
        }

        /**
         * How long a request may wait and be worked on, from when it has arrived to its answer, before it fails with
         * {@code TIMEOUT}.
         *
         * @param value more than zero, not null; default 600 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder processingTimeout(Duration value) {
            processingTimeout = OptionRange.positive("processingTimeout", value);
            return this;
        }

        /**
         * How long a kept connection may carry nothing at all, no ping either, before it is closed.
         *
         * @param value more than zero, not null; default 120 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = OptionRange.positive("idleTimeout", value);
            return this;
        }

        /**
         * How long {@link BusServer#close()} lets what was taken in be received and answered.
         *
         * @param value zero or more, not null; default 5 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder drainTimeout(Duration value) {
            drainTimeout = OptionRange.notNegative("drainTimeout", value);
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
         * @throws IllegalArgumentException if a server cannot do with them
         */
        public Builder tls(TlsOptions value) {
            if (value != null && value.certificate() == null && value.keyStore() == null) {
                throw new IllegalArgumentException(
                        "option tls has no certificate; it must have certificate and privateKey, or keyStore");
            }
            if (value != null && value.clientAuth() != TlsOptions.ClientAuth.NONE && value.trust() == null) {
                throw new IllegalArgumentException(
                        "option tls has clientAuth, but no trust; it must be told who issues the certificates of clients");
            }
            if (value != null && !value.allowedPeers().isEmpty() && value.clientAuth() == TlsOptions.ClientAuth.NONE) {
                throw new IllegalArgumentException(
                        "option tls has allowedPeers, but no clientAuth; it must be REQUIRED, so that peers are known");
            }
            tls = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options, never null
         */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
