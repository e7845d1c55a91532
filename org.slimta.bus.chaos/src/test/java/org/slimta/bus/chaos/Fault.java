package org.slimta.bus.chaos;

/** The faults of a connection. */
enum Fault {
    /** No fault. */
    NONE,
    /** Bytes arrive late, and in small pieces. */
    DELAY,
    /** The connection is closed after some bytes. */
    CUT,
    /** The connection is reset after some bytes, and bytes in transit are lost. */
    RESET,
    /** One direction ends after some bytes, although there are more; the other direction continues. */
    TRUNCATE,
    /** One direction passes nothing on after some bytes, without any other sign. */
    SILENCE,
    /** A byte is changed from time to time. */
    CORRUPT
}
