package org.slimta.bus.impl.transaction;

import org.slimta.bus.impl.status.Reportable;

/** Something that was opened and is to be closed by its owner. */
public interface ManagedBus extends Reportable, AutoCloseable {

    /**
     * Tells whether it needs to be closed no more.
     *
     * @return whether it is closed, or closing
     */
    @Override
    boolean isClosed();

    @Override
    void close();
}
