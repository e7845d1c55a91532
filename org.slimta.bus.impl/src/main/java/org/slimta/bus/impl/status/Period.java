package org.slimta.bus.impl.status;

/** How the transactions of one period of statistics went. */
public enum Period {
    /** No transaction ended. */
    NOTHING,
    /** All that ended have responses. */
    RESPONSES,
    /** At least one failed. */
    FAILURES
}
