package org.slimta.bus.api;

import java.util.Objects;

/**
 * Thrown if a transaction, or the opening of a bus, fails. It has exactly one {@link #reason()}, and different failures
 * are not reported as the same reason. The message names the bus and the peer, and for a limit its name and value.
 */
public class BusException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Why a transaction failed. A failure says that the requests were not processed only if that is certain: with
     * {@link #CONNECT}, {@link #OVERLOADED} and {@link #EXPIRED}.
     */
    public enum Reason {
        /**
         * No connection to the peer, with its TLS handshake, could be established in time; or a server could not listen
         * on its address; or a configured bus has no bus to receive from or to send to. The requests were not
         * processed.
         */
        CONNECT,
        /**
         * Nothing arrived within a time limit: no response within {@code responseTimeout} of the client or
         * {@code processingTimeout} of the server, no complete frame within {@code frameTimeout}, or, for
         * {@link BusServer#recvRequest()}, no request. Whether requests that were sent have been processed is not
         * known.
         */
        TIMEOUT,
        /**
         * The client, the server or their connection was closed before the responses arrived, or broke. Whether
         * requests that were sent have been processed is not known.
         */
        CLOSED,
        /**
         * The peer sent bytes or XML that are not a valid transaction. Requests that the server could not read were not
         * processed; if the responses could not be read, the requests may have been.
         */
        MALFORMED,
        /**
         * No codec for the type of the requests, or of the responses, was available within {@code missingCodecTimeout}.
         * The requests were not processed, unless it was the codec for the responses.
         */
        NO_CODEC,
        /**
         * A codec failed to write or read an object, or an attachment could not be read. The requests were not
         * processed, unless it failed with the responses.
         */
        CODEC,
        /**
         * A size or count exceeded a configured limit, which the message names. The requests were not processed, unless
         * it was the responses that exceeded it.
         */
        TOO_LARGE,
        /**
         * There was no room for the requests: the queue or the number of connections of the server, the transactions in
         * flight of the client ({@code maxInFlight}), or the {@code memoryLimit} of either was used up. The requests
         * were not processed.
         */
        OVERLOADED,
        /**
         * The time of the client was used up before a handler received the requests, or before a filter or a proxy
         * passed them on. The requests were not processed.
         */
        EXPIRED,
        /**
         * The handler or a filter failed, or was missing for longer than {@code missingHandlerTimeout}. The requests
         * may have been processed, also in part.
         */
        HANDLER,
        /** The handler or a filter did not return one response for each request. The requests were processed. */
        MISMATCH
    }

    /** Not null. */
    private final Reason reason;

    /**
     * Creates an exception without a cause.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     */
    public BusException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     * @param cause the cause, or null if there is none
     */
    public BusException(Reason reason, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why the transaction or the opening failed, never null} */
    public Reason reason() {
        return reason;
    }
}
