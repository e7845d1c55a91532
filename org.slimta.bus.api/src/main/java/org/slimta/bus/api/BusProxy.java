package org.slimta.bus.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Receives from one bus and sends to another, through a filter. A proxy has no thread of its own: call {@link #run()}
 * on one thread, or on several if the filter blocks. It ends when the bus that it receives from is closed. Thread-safe.
 */
@ProviderType
public interface BusProxy extends Runnable {

    /**
     * Waits for one transaction and passes it to the filter. Does not wait for the responses, which are passed back
     * when they arrive, unless the filter itself blocks. A transaction that fails is not reported to the caller.
     *
     * @throws BusException with {@link BusException.Reason#TIMEOUT} if nothing was received in time, with
     *     {@link BusException.Reason#CLOSED} if the bus to receive from is closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    void accept() throws BusException, InterruptedException;

    /** Accepts transactions until the bus to receive from is closed, or the thread is interrupted. */
    @Override
    void run();
}
