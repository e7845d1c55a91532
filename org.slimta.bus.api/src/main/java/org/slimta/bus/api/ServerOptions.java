package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a server on a socket. Immutable; made by a {@link #builder()}. */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = builder().build();

    private final String name;
    private final int queueSize;
    private final int maxConnections;
    private final Duration receiveTimeout;
    private final Duration codecTimeout;
    private final Duration frameTimeout;
    private final Duration answerTimeout;
    private final Duration idleTimeout;
    private final Duration drainTimeout;
    private final FrameLimits limits;

    private ServerOptions(Builder builder) {
        name = builder.name;
        queueSize = builder.queueSize;
        maxConnections = builder.maxConnections;
        receiveTimeout = builder.receiveTimeout;
        codecTimeout = builder.codecTimeout;
        frameTimeout = builder.frameTimeout;
        answerTimeout = builder.answerTimeout;
        idleTimeout = builder.idleTimeout;
        drainTimeout = builder.drainTimeout;
        limits = builder.limits;
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
    public Duration codecTimeout() {
        return codecTimeout;
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
     * How long a request may wait and be worked on, from when it has arrived to its answer, before it fails with
     * {@code TIMEOUT}.
     *
     * @return more than zero, not null; default 600 s
     */
    public Duration answerTimeout() {
        return answerTimeout;
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

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private String name;
        private int queueSize = 1024;
        private int maxConnections = 10_000;
        private Duration receiveTimeout = Duration.ofSeconds(60);
        private Duration codecTimeout = Duration.ofSeconds(5);
        private Duration frameTimeout = Duration.ofSeconds(60);
        private Duration answerTimeout = Duration.ofSeconds(600);
        private Duration idleTimeout = Duration.ofSeconds(120);
        private Duration drainTimeout = Duration.ofSeconds(5);
        private FrameLimits limits = FrameLimits.defaults();

        private Builder() {}

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
        public Builder codecTimeout(Duration value) {
            codecTimeout = OptionRange.notNegative("codecTimeout", value);
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
         * How long a request may wait and be worked on, from when it has arrived to its answer, before it fails with
         * {@code TIMEOUT}.
         *
         * @param value more than zero, not null; default 600 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder answerTimeout(Duration value) {
            answerTimeout = OptionRange.positive("answerTimeout", value);
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
         * Makes the options.
         *
         * @return the options, never null
         */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
