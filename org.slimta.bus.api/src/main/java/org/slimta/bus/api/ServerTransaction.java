package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Requests that were received and want responses. It is to be answered once, by {@link #sendResponse} or {@link #fail},
 * from any thread. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface ServerTransaction<Q, R> extends RequestBatch<Q> {

    /**
     * Answers. Does not wait for the client to take the responses. If a codec is being replaced, it waits for that (option
     * {@code missingCodecTimeout}); but on a thread of a bus, where a handler or what is attached to a response runs, the
     * responses follow when the codec has come, and a codec that does not come is told to the client and the log alone.
     *
     * @param responses one for each request, in order, without nulls. The list is copied, its elements are not.
     * @throws BusException with {@code MISMATCH} if there are not as many as requests: nothing was sent, and the
     *     transaction stays open. With {@code CLOSED} if the client went away, and with {@code CODEC}, {@code NO_CODEC} or
     *     {@code TOO_LARGE} if the responses could not be encoded: then the transaction has failed.
     * @throws IllegalStateException if it was answered before
     */
    void sendResponse(List<? extends R> responses) throws BusException;

    /**
     * Fails the transaction. The client gets a {@link BusException} with this reason; a client on a socket that cannot be
     * told reasons, as slimta's Lua nodes, sees its connection closed.
     *
     * @param reason why, not null
     * @param message what happened, for a person, not null
     * @throws IllegalStateException if it was answered before
     */
    void fail(BusException.Reason reason, String message);

    /**
     * Fails the transaction with {@code HANDLER}.
     *
     * @param message what happened, for a person, not null
     * @throws IllegalStateException if it was answered before
     */
    default void fail(String message) {
        fail(BusException.Reason.HANDLER, message);
    }
}
