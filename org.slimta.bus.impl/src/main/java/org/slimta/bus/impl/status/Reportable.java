package org.slimta.bus.impl.status;

import org.slimta.bus.api.runtime.BusDTO;

/** A bus that reports its state and statistics. */
public interface Reportable {

    /**
     * Reports its identity, state and statistics. Does not block.
     *
     * @param bus where to write them, not null
     */
    void report(BusDTO bus);

    /**
     * Begins the next period of its statistics. Called every 5 seconds, by one thread at a time. Must not block.
     */
    default void advance() {}

    /**
     * Whether it is closed or closing. Such a bus is listed for as long as transactions are in flight.
     *
     * @return whether it is closed or closing
     */
    boolean isClosed();
}
