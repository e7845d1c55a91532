package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The end of a bus that sends requests. Thread-safe; any number of transactions may be in flight at once, up to the
 * limits in its options.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface BusClient<Q, R> extends AutoCloseable {

    /**
     * {@return the name of the client in messages and logs: the one from its options, or one made from its kind and
     * target; never null}
     */
    String name();

    /**
     * Sends requests without headers: the same as {@link #sendRequest(List, Headers)} with {@link Headers#none()}. The
     * client that a filter gets sends them with the headers of its batch, see {@link BusFilter}.
     *
     * @param requests the requests, not null and without nulls; may be empty. The list is copied, its elements are not.
     * @return the transaction, never null
     * @throws InterruptedException if the thread was interrupted while it waited; nothing was sent
     */
    ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException;

    /**
     * Sends requests with headers, and returns without waiting for the responses. This method may block until there is room to send
     * (option {@code sendTimeout}) and until a codec that is being replaced is available (option
     * {@code missingCodecTimeout}). It does not wait for DNS or for a connection.
     *
     * <p>Every failure is reported by the transaction: with {@link BusException.Reason#OVERLOADED} if there was no room
     * in time, with {@link BusException.Reason#CLOSED} if this client or the bus is closed, with
     * {@link BusException.Reason#TOO_LARGE} if the headers exceed the limit {@link FrameLimits#maxHeaders()} or
     * {@link FrameLimits#maxHeaderSize()} of this client, and so on.
     *
     * @param requests the requests, not null and without nulls; may be empty. The list is copied, its elements are not.
     * @param headers the headers of the transaction, not null. A server that does not know headers, such as slimta's Lua
     *     nodes, loses them without notice.
     * @return the transaction, never null
     * @throws InterruptedException if the thread was interrupted while it waited; nothing was sent
     */
    ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers) throws InterruptedException;

    /**
     * Closes the client. Transactions without a response fail immediately with {@link BusException.Reason#CLOSED}. Does
     * not block. A second call has no effect.
     */
    @Override
    void close();
}
