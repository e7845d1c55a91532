package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a bus inside the JVM. Immutable; made by a {@link #builder()}. */
public final class LocalOptions {

    private static final LocalOptions DEFAULTS = builder().build();

    private final String name;
    private final int queueSize;
    private final Duration sendTimeout;
    private final Duration responseTimeout;
    private final Duration receiveTimeout;
    private final Duration drainTimeout;

    private LocalOptions(Builder builder) {
        name = builder.name;
        queueSize = builder.queueSize;
        sendTimeout = builder.sendTimeout;
        responseTimeout = builder.responseTimeout;
        receiveTimeout = builder.receiveTimeout;
        drainTimeout = builder.drainTimeout;
    }

    /**
     * All defaults.
     *
     * @return the options, never null
     */
    public static LocalOptions defaults() {
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
     * How long {@link BusClient#sendRequest} waits for room before the transaction fails with {@code OVERLOADED}.
     *
     * @return zero or more, not null; default 10 s
     */
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /**
     * How long a transaction may take from the call of {@link BusClient#sendRequest} to its responses, before it fails with
     * {@code TIMEOUT}.
     *
     * @return more than zero, not null; default 60 s
     */
    public Duration responseTimeout() {
        return responseTimeout;
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
     * How long {@link BusServer#close()} lets what was taken in be received and answered.
     *
     * @return zero or more, not null; default 5 s
     */
    public Duration drainTimeout() {
        return drainTimeout;
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
        return other instanceof LocalOptions options
                && Objects.equals(name, options.name)
                && queueSize == options.queueSize
                && Objects.equals(sendTimeout, options.sendTimeout)
                && Objects.equals(responseTimeout, options.responseTimeout)
                && Objects.equals(receiveTimeout, options.receiveTimeout)
                && Objects.equals(drainTimeout, options.drainTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name, queueSize, sendTimeout, responseTimeout, receiveTimeout, drainTimeout);
    }

    /** All values, with their names; no passwords. */
    @Override
    public String toString() {
        return "LocalOptions[name=" + name
                + ", queueSize=" + queueSize
                + ", sendTimeout=" + sendTimeout
                + ", responseTimeout=" + responseTimeout
                + ", receiveTimeout=" + receiveTimeout
                + ", drainTimeout=" + drainTimeout
                + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private String name;
        private int queueSize = 1024;
        private Duration sendTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(60);
        private Duration receiveTimeout = Duration.ofSeconds(60);
        private Duration drainTimeout = Duration.ofSeconds(5);

        private Builder() {}

        private Builder(LocalOptions options) {
            name = options.name;
            queueSize = options.queueSize;
            sendTimeout = options.sendTimeout;
            responseTimeout = options.responseTimeout;
            receiveTimeout = options.receiveTimeout;
            drainTimeout = options.drainTimeout;
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
         * {@code TIMEOUT}.
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
         * Makes the options.
         *
         * @return the options, never null
         */
        public LocalOptions build() {
            return new LocalOptions(this);
        }
    }
}
