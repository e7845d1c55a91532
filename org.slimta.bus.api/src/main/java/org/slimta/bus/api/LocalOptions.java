package org.slimta.bus.api;

import java.time.Duration;

/** Options of a bus inside one JVM. Immutable; built with {@link #builder()}. */
public final class LocalOptions {

    private static final LocalOptions DEFAULTS = builder().build();

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private LocalOptions(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return the default options, never null} */
    public static LocalOptions defaults() {
        return DEFAULTS;
    }

    /** {@return a builder that starts with the defaults, never null} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the name of the bus in messages and logs, or null for a generated one; default null} */
    public String name() {
        return values.name;
    }

    /**
     * {@return the maximum number of transactions that may wait to be received; 1 or more, default 1024} While the
     * queue is full, {@link BusClient#sendRequest} waits.
     */
    public int queueSize() {
        return values.queueSize;
    }

    /**
     * {@return how long {@link BusClient#sendRequest} waits for room to send; zero or more, not null, default 10 s}
     * After that the transaction fails with {@link BusException.Reason#OVERLOADED}.
     */
    public Duration sendTimeout() {
        return values.sendTimeout;
    }

    /**
     * {@return how long a transaction may take, from the call of {@link BusClient#sendRequest} to its responses; more
     * than zero, not null, default 60 s} After that the transaction fails with {@link BusException.Reason#TIMEOUT}.
     */
    public Duration responseTimeout() {
        return values.responseTimeout;
    }

    /** {@return how long {@link BusServer#recvRequest()} waits for a request; zero or more, not null, default 60 s} */
    public Duration receiveTimeout() {
        return values.receiveTimeout;
    }

    /**
     * {@return how long {@link BusServer#close()} waits for accepted requests to be received and answered; zero or
     * more, not null, default 5 s}
     */
    public Duration drainTimeout() {
        return values.drainTimeout;
    }

    /** {@return a builder that starts with these options, never null} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    /** {@return all options with their names} */
    @Override
    public String toString() {
        return "LocalOptions" + values.named();
    }

    /**
     * Builds {@link LocalOptions}; not thread-safe. The getters of {@link LocalOptions} say what each option means, its
     * unit, range and default. A value out of range is refused with an {@link IllegalArgumentException} that states the
     * range. No duration may be longer than 365 days. Null, where it is not allowed, is refused with a
     * {@link NullPointerException}.
     */
    public static final class Builder {

        private String name;
        private int queueSize = 1024;
        private Duration sendTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(60);
        private Duration receiveTimeout = Duration.ofSeconds(60);
        private Duration drainTimeout = Duration.ofSeconds(5);

        private Builder() {}

        private Builder(Builder other) {
            name = other.name;
            queueSize = other.queueSize;
            sendTimeout = other.sendTimeout;
            responseTimeout = other.responseTimeout;
            receiveTimeout = other.receiveTimeout;
            drainTimeout = other.drainTimeout;
        }

        private NamedValues named() {
            return new NamedValues()
                    .add("name", name)
                    .add("queueSize", queueSize)
                    .add("sendTimeout", sendTimeout)
                    .add("responseTimeout", responseTimeout)
                    .add("receiveTimeout", receiveTimeout)
                    .add("drainTimeout", drainTimeout);
        }

        /**
         * Sets {@link LocalOptions#name()}.
         *
         * @param value the name, or null for a generated one
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets {@link LocalOptions#queueSize()}.
         *
         * @param value transactions, 1 or more
         * @return this builder
         */
        public Builder queueSize(int value) {
            queueSize = OptionRange.between("queueSize", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link LocalOptions#sendTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder sendTimeout(Duration value) {
            sendTimeout = OptionRange.notNegative("sendTimeout", value);
            return this;
        }

        /**
         * Sets {@link LocalOptions#responseTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder responseTimeout(Duration value) {
            responseTimeout = OptionRange.positive("responseTimeout", value);
            return this;
        }

        /**
         * Sets {@link LocalOptions#receiveTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder receiveTimeout(Duration value) {
            receiveTimeout = OptionRange.notNegative("receiveTimeout", value);
            return this;
        }

        /**
         * Sets {@link LocalOptions#drainTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder drainTimeout(Duration value) {
            drainTimeout = OptionRange.notNegative("drainTimeout", value);
            return this;
        }

        /** {@return options with the values set so far, never null} */
        public LocalOptions build() {
            return new LocalOptions(this);
        }
    }
}
