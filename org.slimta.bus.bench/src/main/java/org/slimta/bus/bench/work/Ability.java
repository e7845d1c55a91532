package org.slimta.bus.bench.work;

/** What a contestant must support to take part in a work. */
public enum Ability {
    /** Reports a response by a call-back. */
    CALL_BACKS,
    /** Lets a thread wait for the response. */
    CALLERS,
    /** Carries payloads of many MiB. */
    BULK,
    /** Carries a hundred requests at once, or one request of their total size. */
    BATCH,
    /** Opens a connection for one transaction. */
    CONNECT,
    /** Can be measured for the cost of idle connections. */
    IDLE,
    /** Works within one JVM, with call-backs and with a thread that waits. */
    LOCAL
}
