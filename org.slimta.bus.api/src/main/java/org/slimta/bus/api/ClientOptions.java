package org.slimta.bus.api;

import java.time.Duration;
import java.util.Objects;

/** Options of a client of a server on a socket. Immutable; built with {@link #builder()}. */
public final class ClientOptions {

    /** How a client that has several servers chooses one of them for a transaction. */
    public enum Balance {
        /** The server with the fewest transactions in flight from this client; any of them if there are several. */
        LEAST,
        /** The first server in the order of the hosts that can be reached. */
        ORDER
    }

    private static final ClientOptions DEFAULTS = builder().build();

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private ClientOptions(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return the default options, never null} */
    public static ClientOptions defaults() {
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
     * {@return the maximum number of transactions that may be in flight at once; 1 or more, default 256} At that number
     * {@link BusClient#sendRequest} waits.
     */
    public int maxInFlight() {
        return values.maxInFlight;
    }

    /**
     * {@return the maximum number of bytes that the client may hold; 1 MiB or more, default a quarter of the heap}
     * These are requests until they are answered, and responses that arrive or wait to be received. At the limit
     * sending waits, and then fails with {@link BusException.Reason#OVERLOADED}, and the client stops reading; if
     * nothing moves then, the connections that hold most are closed.
     */
    public long memoryLimit() {
        return values.memoryLimit;
    }

    /**
     * {@return the maximum number of connections to each server that are kept and shared by transactions; 0 to 1024,
     * default 2} With 0, each transaction has a connection of its own. So it is also with a server that does not support shared
     * connections, such as slimta's Lua nodes.
     */
    public int poolSize() {
        return values.poolSize;
    }

    /**
     * {@return how a client that was opened with a list of hosts chooses the server of a transaction; not null, default
     * {@link Balance#LEAST}} A client of one server ignores it.
     */
    public Balance balance() {
        return values.balance;
    }

    /**
     * {@return whether the client connects again after a connection has broken, and asks the server what became of the
     * transactions that were in flight; default true} So they end with their responses, and none is processed twice, as
     * long as the server has not ended, and supports this. If the server does not, if {@link #poolSize()} is 0, or
     * without this option, such transactions fail with {@link BusException.Reason#CLOSED}. What the server has not
     * received is sent again, so attachments may be read twice.
     */
    public boolean reconnect() {
        return values.reconnect;
    }

    /**
     * {@return how long a kept connection may carry no transaction before it is closed; more than zero, not null,
     * default 60 s}
     */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /**
     * {@return how long a kept connection may be silent before the client pings the server; more than zero, not null,
     * default 10 s} If the server then remains silent for the same time again, and for at least 3 s, since it may only
     * be busy, the connection is closed and its transactions fail with {@link BusException.Reason#CLOSED}.
     */
    public Duration pingInterval() {
        return values.pingInterval;
    }

    /**
     * {@return how long it may take to establish a connection; more than zero, not null, default 10 s} This covers the
     * look-up of the host name, the attempts to connect to each of its addresses, and the TLS handshake. After that the
     * transaction fails with {@link BusException.Reason#CONNECT}.
     */
    public Duration connectTimeout() {
        return values.connectTimeout;
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
     * than zero, not null, default 60 s} After that the transaction fails with {@link BusException.Reason#TIMEOUT}, or
     * with {@link BusException.Reason#CONNECT} if there was no connection for it.
     */
    public Duration responseTimeout() {
        return values.responseTimeout;
    }

    /**
     * {@return how long a transaction waits for a codec that is not available; zero or more, not null, default 5 s}
     * After that the transaction fails with {@link BusException.Reason#NO_CODEC}.
     */
    public Duration missingCodecTimeout() {
        return values.missingCodecTimeout;
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
        return other instanceof ClientOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    /** {@return all options with their names, without passwords} */
    @Override
    public String toString() {
        return "ClientOptions" + values.named();
    }

    /**
     * Builds {@link ClientOptions}; not thread-safe. The getters of {@link ClientOptions} say what each option means,
     * its unit, range and default. A value out of range is refused with an {@link IllegalArgumentException} that states
     * the range. No duration may be longer than 365 days. Null, where it is not allowed, is refused with a
     * {@link NullPointerException}.
     */
    public static final class Builder {

        private String name;
        private int maxInFlight = 256;
        private long memoryLimit = Runtime.getRuntime().maxMemory() / 4;
        private int poolSize = 2;
        private Balance balance = Balance.LEAST;
        private boolean reconnect = true;
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration pingInterval = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration sendTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofSeconds(60);
        private Duration missingCodecTimeout = Duration.ofSeconds(5);
        private FrameLimits limits = FrameLimits.defaults();
        private TlsOptions tls;

        private Builder() {}

        private Builder(Builder other) {
            name = other.name;
            maxInFlight = other.maxInFlight;
            memoryLimit = other.memoryLimit;
            poolSize = other.poolSize;
            balance = other.balance;
            reconnect = other.reconnect;
            idleTimeout = other.idleTimeout;
            pingInterval = other.pingInterval;
            connectTimeout = other.connectTimeout;
            sendTimeout = other.sendTimeout;
            responseTimeout = other.responseTimeout;
            missingCodecTimeout = other.missingCodecTimeout;
            limits = other.limits;
            tls = other.tls;
        }

        private NamedValues named() {
            return new NamedValues()
                    .add("name", name)
                    .add("maxInFlight", maxInFlight)
                    .add("memoryLimit", memoryLimit)
                    .add("poolSize", poolSize)
                    .add("balance", balance)
                    .add("reconnect", reconnect)
                    .add("idleTimeout", idleTimeout)
                    .add("pingInterval", pingInterval)
                    .add("connectTimeout", connectTimeout)
                    .add("sendTimeout", sendTimeout)
                    .add("responseTimeout", responseTimeout)
                    .add("missingCodecTimeout", missingCodecTimeout)
                    .add("limits", limits)
                    .add("tls", tls);
        }

        /**
         * Sets {@link ClientOptions#name()}.
         *
         * @param value the name, or null for a generated one
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets {@link ClientOptions#maxInFlight()}.
         *
         * @param value transactions, 1 or more
         * @return this builder
         */
        public Builder maxInFlight(int value) {
            maxInFlight = OptionRange.between("maxInFlight", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ClientOptions#memoryLimit()}.
         *
         * @param value bytes, 1 MiB or more
         * @return this builder
         */
        public Builder memoryLimit(long value) {
            memoryLimit = OptionRange.between("memoryLimit", value, 1 << 20, Long.MAX_VALUE);
            return this;
        }

        /**
         * Sets {@link ClientOptions#poolSize()}.
         *
         * @param value connections, 0 to 1024
         * @return this builder
         */
        public Builder poolSize(int value) {
            poolSize = OptionRange.between("poolSize", value, 0, 1024);
            return this;
        }

        /**
         * Sets {@link ClientOptions#balance()}.
         *
         * @param value the way to choose, not null
         * @return this builder
         */
        public Builder balance(Balance value) {
            balance = Objects.requireNonNull(value, "balance");
            return this;
        }

        /**
         * Sets {@link ClientOptions#reconnect()}.
         *
         * @param value whether to ask after a connection has broken
         * @return this builder
         */
        public Builder reconnect(boolean value) {
            reconnect = value;
            return this;
        }

        /**
         * Sets {@link ClientOptions#idleTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = OptionRange.positive("idleTimeout", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#pingInterval()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder pingInterval(Duration value) {
            pingInterval = OptionRange.positive("pingInterval", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#connectTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = OptionRange.positive("connectTimeout", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#sendTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder sendTimeout(Duration value) {
            sendTimeout = OptionRange.notNegative("sendTimeout", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#responseTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder responseTimeout(Duration value) {
            responseTimeout = OptionRange.positive("responseTimeout", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#missingCodecTimeout()}.
         *
         * @param value zero or more, not null
         * @return this builder
         */
        public Builder missingCodecTimeout(Duration value) {
            missingCodecTimeout = OptionRange.notNegative("missingCodecTimeout", value);
            return this;
        }

        /**
         * Sets {@link ClientOptions#limits()}.
         *
         * @param value the limits, not null
         * @return this builder
         */
        public Builder limits(FrameLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * Sets {@link ClientOptions#tls()}.
         *
         * @param value the options of TLS, or null for no TLS
         * @return this builder
         */
        public Builder tls(TlsOptions value) {
            tls = value;
            return this;
        }

        /** {@return options with the values set so far, never null} */
        public ClientOptions build() {
            return new ClientOptions(this);
        }
    }
}
