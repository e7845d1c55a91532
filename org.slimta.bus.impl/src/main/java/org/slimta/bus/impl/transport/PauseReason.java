package org.slimta.bus.impl.transport;

import java.util.Locale;

/** A reason to pause reading a connection. */
public enum PauseReason {
    /** A task of its TLS handshake runs on another thread. */
    HANDSHAKE,
    /** All connections together use all the memory that they may (memoryLimit). */
    MEMORY,
    /** The queue of the server is full. */
    QUEUE_FULL,
    /** The peer must read some of its responses before it gets more. */
    UNTAKEN_RESPONSES,
    /** The peer has as many unanswered requests as it may have (maxInFlightPerConnection). */
    IN_FLIGHT;

    /** {@return the name in reports, such as {@code queue-full}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
