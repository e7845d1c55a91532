package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A transaction as its server sees it: requests that were received. It must be answered once, with
 * {@link #sendResponse} or {@link #fail}, from any thread. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface ServerTransaction<Q, R> extends RequestBatch<Q> {

    /**
     * Sends the responses with the headers {@link #responseHeaders()}: otherwise the same as
     * {@link #sendResponse(List, Headers)}.
     *
     * @param responses one for each request, in order, not null and without nulls. The list is copied, its elements are
     *     not.
     * @throws BusException for the same reasons
     * @throws IllegalStateException if the transaction was answered before
     */
    void sendResponse(List<? extends R> responses) throws BusException;

    /**
     * Sends the responses with headers. Does not wait until the client has read them. If a codec is being replaced, this method
     * blocks until it is available (option {@code missingCodecTimeout}). On a thread of a bus, which runs handlers and
     * callbacks of responses, it does not block: the responses are sent once the codec is available, and if it remains
     * missing, that failure is reported only to the client and in the log. If a client over a socket has cancelled the
     * transaction, nothing is sent, and this method returns as usual.
     *
     * @param responses one for each request, in order, not null and without nulls. The list is copied, its elements are
     *     not.
     * @param headers the headers of the response, not null. A client that does not know headers, such as slimta's Lua
     *     nodes, does not get them.
     * @throws BusException with {@link BusException.Reason#MISMATCH} if the number of responses differs from the number
     *     of requests: nothing was sent, and the transaction is still unanswered. With
     *     {@link BusException.Reason#CLOSED} if the client is gone, or the transaction has ended on a local bus, and with {@link BusException.Reason#CODEC},
     *     {@link BusException.Reason#NO_CODEC} or {@link BusException.Reason#TOO_LARGE} if the responses could not be
     *     encoded, or the headers exceed a limit of the server: the transaction has failed.
     * @throws IllegalStateException if the transaction was answered before
     */
    void sendResponse(List<? extends R> responses, Headers headers) throws BusException;

    /**
     * Fails the transaction. The client gets a {@link BusException} with this reason, the outcome
     * {@link BusException.Outcome#UNKNOWN}, whatever the reason, and the headers {@link #responseHeaders()}, which are
     * left out if they exceed a limit of the server. A client on a socket that does not understand reasons, such as
     * slimta's Lua nodes, sees its connection closed.
     *
     * @param reason the reason, not null
     * @param message a human-readable description of what happened, not null
     * @throws IllegalStateException if the transaction was answered before
     */
    void fail(BusException.Reason reason, String message);

    /**
     * Fails the transaction like {@link #fail(BusException.Reason, String)}, and tells the client whether the requests
     * were processed. The outcome of another transaction, in which the requests were passed on, is not enough for
     * {@link BusException.Outcome#NOT_PROCESSED} if anything else was done with them.
     *
     * @param reason the reason, not null
     * @param outcome the outcome, not null; {@link BusException.Outcome#NOT_PROCESSED} only if that is certain: the
     *     client may send the requests again
     * @param message a human-readable description of what happened, not null
     * @throws IllegalStateException if the transaction was answered before
     */
    default void fail(BusException.Reason reason, BusException.Outcome outcome, String message) {
        fail(reason, message);
    }

    /**
     * Fails the transaction with {@link BusException.Reason#HANDLER}.
     *
     * @param message a human-readable description of what happened, not null
     * @throws IllegalStateException if the transaction was answered before
     */
    default void fail(String message) {
        fail(BusException.Reason.HANDLER, message);
    }
}
