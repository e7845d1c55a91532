package org.slimta.bus.impl.status;

import java.util.Locale;

/** The states of a bus in reports. */
public enum BusState {
    /** It sends or receives transactions. */
    READY,
    /** It is not in use before something else is there, such as a codec or a handler. */
    WAITING,
    /** It takes in nothing more, and what it has taken in is still answered. */
    CLOSING;

    /** {@return its name in reports, such as {@code ready}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
