package org.slimta.bus.impl.transport;

import java.util.Locale;

/** Why a connection is not read. */
public enum PauseReason {
    /** A step of its TLS handshake is worked on elsewhere. */
    HANDSHAKE,
    /** All connections together hold as much in memory as they may. */
    MEMORY,
    /** The queue of the server is full. */
    QUEUE_FULL,
    /** The peer has many responses to take before it gets more. */
    UNTAKEN_RESPONSES,
    /** As many of its requests as may be are not answered yet. */
    IN_FLIGHT;

    /** {@return its name in reports, such as {@code queue-full}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
