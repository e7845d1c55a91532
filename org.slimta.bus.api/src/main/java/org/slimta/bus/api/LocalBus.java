package org.slimta.bus.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A bus inside one JVM. Requests and responses pass by reference, from any thread to any thread.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface LocalBus<Q, R> extends AutoCloseable {

    /**
     * The end that receives requests.
     *
     * @return always the same, never null
     */
    BusServer<Q, R> server();

    /**
     * The end that sends requests.
     *
     * @return always the same, never null
     */
    BusClient<Q, R> client();

    /** Closes the server as {@link BusServer#close()} does, then the client. A second call does nothing. */
    @Override
    void close();
}
