package org.slimta.bus.bench.work;

/** What a contestant must be able to do to take part in a work. */
public enum Ability {
    /** Tells of a response by a call-back. */
    CALL_BACKS,
    /** Lets a thread wait for the response. */
    CALLERS,
    /** Carries payloads of many MiB. */
    BULK,
    /** Carries a hundred requests at once, or one of their size. */
    BATCH,
    /** Opens a connection for one transaction. */
    CONNECT,
    /** Is asked what idle connections cost. */
    IDLE,
    /** Works within one JVM, with call-backs and with a thread that waits. */
    LOCAL
}
