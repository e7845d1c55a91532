package org.slimta.bus.impl.status;

import java.util.Locale;

/** The kinds of buses in reports, in service properties and in messages. */
public enum BusKind {
    /** A server that listens on a socket. */
    SERVER,
    /** A client that sends over sockets. */
    CLIENT,
    /** A bus inside the JVM. */
    LOCAL,
    /** A bus that passes what it receives from another through filters, to its own handler or receiver. */
    CHAIN,
    /** Filters between two buses. */
    PROXY;

    /** {@return its name in reports, such as {@code server}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
