package org.slimta.bus.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Receives from one bus and sends to another, through a filter. It has no thread of its own: run it on one, or on several
 * if the filter blocks. It ends when the bus that it receives from is closed.
 */
@ProviderType
public interface BusProxy extends Runnable {

    /**
     * Waits for one transaction and starts it through the filter. Does not wait for its responses, which are passed back
     * when they are there, unless the filter itself waits. A transaction that fails on its way does not concern the caller.
     *
     * @throws BusException with {@code TIMEOUT} if nothing was received in time, with {@code CLOSED} if the bus it receives
     *     from is closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    void accept() throws BusException, InterruptedException;

    /** Accepts transactions until the bus that it receives from is closed, or the thread is interrupted. */
    @Override
    void run();
}
