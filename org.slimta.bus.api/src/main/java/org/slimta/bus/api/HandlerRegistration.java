package org.slimta.bus.api;

import org.osgi.annotation.versioning.ProviderType;

/** A handler that answers the requests of a {@link BusServer} until this is closed. Thread-safe. */
@ProviderType
public interface HandlerRegistration extends AutoCloseable {

    /**
     * Stops passing requests to the handler. Requests that it has not begun to handle wait in the queue of the server
     * for whoever receives next. Blocks until the calls in progress have ended and their stages are complete, but at most
     * for the option {@code drainTimeout} of the server; an interrupt ends the wait, and the interrupt flag remains set.
     * Calls that this thread is in are not waited for. Closing again, or closing after the server was closed, does
     * nothing.
     */
    @Override
    void close();
}
