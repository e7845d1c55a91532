package org.slimta.bus.impl.status;

import org.slimta.bus.api.runtime.BusDTO;

/** Something that tells how it fares. */
public interface Reportable {

    /**
     * Tells what it is and how it fares. Does not block.
     *
     * @param bus where to write it
     */
    void report(BusDTO bus);

    /**
     * Tells whether it is on the list only until it is looked at.
     *
     * @return whether it is closed, or closing
     */
    boolean isClosed();
}
