package org.slimta.bus.chaos;

/** What may be done to a connection. */
enum Mischief {
    /** Nothing. */
    NONE,
    /** Bytes come late, and in small pieces. */
    DELAY,
    /** After some bytes it is closed. */
    CUT,
    /** After some bytes it is reset, and what is on its way is lost. */
    RESET,
    /** After some bytes one direction ends, though there was more, and the other goes on. */
    TRUNCATE,
    /** After some bytes one direction passes nothing on any more, and nothing else shows. */
    SILENCE,
    /** Now and then a byte is changed. */
    CORRUPT
}
