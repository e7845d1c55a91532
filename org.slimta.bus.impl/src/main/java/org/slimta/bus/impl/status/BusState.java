package org.slimta.bus.impl.status;

import java.util.Locale;

/** The states of a bus in reports. */
public enum BusState {
    /** It sends or receives transactions. */
    READY,
    /** It waits for something that is missing, such as a codec or a handler. */
    WAITING,
    /** It accepts no more requests; those that it has received are still answered. */
    CLOSING;

    /** {@return its name in reports, such as {@code ready}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
