package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The end of a bus that sends requests. Thread-safe; any number of transactions may be under way at once, up to the
 * limits in its options.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface BusClient<Q, R> extends AutoCloseable {

    /**
     * Names the client in messages and logs.
     *
     * @return the name from its options, or one made from its kind and target; never null
     */
    String name();

    /**
     * Sends requests and returns without waiting for the responses. It may wait for room (option {@code sendTimeout}),
     * and for a codec that is being replaced (option {@code missingCodecTimeout}); neither for DNS nor for a connection.
     *
     * <p>Every failure is told in one place, by the transaction: with {@code OVERLOADED} if there was no room in time,
     * with {@code CLOSED} if this client or the bus is closed, and so on.
     *
     * @param requests what to send, without nulls; may be empty. The list is copied, its elements are not.
     * @return the transaction, never null
     * @throws InterruptedException if the thread was interrupted while it waited; nothing was sent then
     */
    ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException;

    /**
     * Closes the client. Transactions without a response fail with {@code CLOSED} at once. Does not wait. A second call
     * does nothing.
     */
    @Override
    void close();
}
