package org.slimta.bus.impl.transaction;

import org.slimta.bus.impl.status.Reportable;

/** A bus that the provider has opened, and that its owner closes. */
public interface ManagedBus extends Reportable, AutoCloseable {

    /** {@return whether it is closed or closing, so that its owner need not close it} */
    @Override
    boolean isClosed();

    @Override
    void close();
}
