package org.slimta.bus.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A bus inside one JVM. Requests and responses are passed by reference, between any threads. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface LocalBus<Q, R> extends AutoCloseable {

    /** {@return the end that receives requests; always the same, never null} */
    BusServer<Q, R> server();

    /** {@return the end that sends requests; always the same, never null} */
    BusClient<Q, R> client();

    /** Closes the server as {@link BusServer#close()} does, then the client. A second call has no effect. */
    @Override
    void close();
}
