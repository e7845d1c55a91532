package org.slimta.bus.impl.monitor;

/** Looks at the buses for a {@link BusMonitor}, which owns it. Called by one thread at a time; may block for a moment. */
interface BusObserver extends AutoCloseable {

    /** Called every second. */
    void observe();

    @Override
    void close();
}
