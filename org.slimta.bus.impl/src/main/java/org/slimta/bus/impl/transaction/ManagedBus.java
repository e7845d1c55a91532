package org.slimta.bus.impl.transaction;

import java.util.Map;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.Reportable;

/** A bus that the provider has opened, and that its owner closes. */
public interface ManagedBus extends Reportable, AutoCloseable {

    /**
     * Lets the observers of the provider observe the transactions that begin from now on.
     *
     * @param registry the observers
     * @param properties the properties that the targets of observers are matched with, among them its name and kind
     */
    void observeWith(ObserverRegistry registry, Map<String, ?> properties);

    /** {@return whether it is closed or closing, so that its owner need not close it} */
    @Override
    boolean isClosed();

    @Override
    void close();
}
