package org.slimta.bus.api;

import java.util.Objects;

/**
 * Thrown if a transaction, or the opening of a bus, fails. It has exactly one {@link #reason()}, and different failures
 * are not reported as the same reason. The message names the bus and the peer, and for a limit its name and value.
 * {@link #outcome()} says whether the requests of the transaction were processed. Immutable.
 */
public class BusException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Whether the requests of a failed transaction were processed: whether a handler, or a program that receives from
     * the server, got them. What filters do on the way does not count. A batch of requests has one outcome.
     */
    public enum Outcome {
        /** The requests were certainly not processed, and will not be: they can be sent again without harm. */
        NOT_PROCESSED,
        /** The requests were processed, but their responses did not reach the client. */
        PROCESSED,
        /** The requests may have been processed, also in part, and may still be. */
        UNKNOWN
    }

    /**
     * Why a transaction failed. Whether its requests were processed is the {@link BusException#outcome()}.
     */
    public enum Reason {
        /**
         * No connection to the peer, with its TLS handshake, could be established in time; or a server could not listen
         * on its address; or a configured bus has no bus to receive from or to send to.
         */
        CONNECT,
        /**
         * Nothing arrived within a time limit: no response within {@code responseTimeout} of the client or
         * {@code processingTimeout} of the server, no complete frame within {@code frameTimeout}, or, for
         * {@link BusServer#recvRequest()}, no request.
         */
        TIMEOUT,
        /**
         * The client, the server or their connection was closed before the responses arrived, or broke.
         */
        CLOSED,
        /**
         * The peer sent bytes or XML that are not a valid transaction.
         */
        MALFORMED,
        /**
         * No codec for the type of the requests, or of the responses, was available within {@code missingCodecTimeout}.
         */
        NO_CODEC,
        /**
         * A codec failed to write or read an object, or an attachment could not be read.
         */
        CODEC,
        /**
         * A size or count exceeded a configured limit, which the message names.
         */
        TOO_LARGE,
        /**
         * There was no room for the requests: the queue or the number of connections of the server, the transactions in
         * flight of the client ({@code maxInFlight}), or the {@code memoryLimit} of either was used up.
         */
        OVERLOADED,
        /**
         * The time of the client was used up before a handler received the requests, or before a filter or a proxy
         * passed them on.
         */
        EXPIRED,
        /**
         * The handler or a filter failed, or was missing for longer than {@code missingHandlerTimeout}.
         */
        HANDLER,
        /** The handler or a filter did not return one response for each request. */
        MISMATCH,
        /** The client has cancelled the transaction with {@link ClientTransaction#cancel()}. */
        CANCELLED
    }

    /** Not null. */
    private final Reason reason;
    /** Not null. */
    private final Outcome outcome;

    /**
     * Creates an exception without a cause, and with the outcome that the reason alone implies:
     * {@link Outcome#NOT_PROCESSED} for {@link Reason#CONNECT}, {@link Reason#OVERLOADED} and {@link Reason#EXPIRED},
     * and {@link Outcome#UNKNOWN} for all others.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     */
    public BusException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Creates an exception with a cause, and with the outcome that the reason alone implies, as
     * {@link #BusException(Reason, String)} does.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     * @param cause the cause, or null if there is none
     */
    public BusException(Reason reason, String message, Throwable cause) {
        this(reason, impliedBy(Objects.requireNonNull(reason, "reason")), message, cause);
    }

    /**
     * Creates an exception.
     *
     * @param reason why, not null
     * @param outcome whether the requests were processed, not null; {@link Outcome#NOT_PROCESSED} only if that is
     *     certain
     * @param message what happened, to which bus and peer, and what to do; not null
     * @param cause the cause, or null if there is none
     */
    public BusException(Reason reason, Outcome outcome, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.outcome = Objects.requireNonNull(outcome, "outcome");
    }

    private static Outcome impliedBy(Reason reason) {
        return switch (reason) {
            case CONNECT, OVERLOADED, EXPIRED -> Outcome.NOT_PROCESSED;
            default -> Outcome.UNKNOWN;
        };
    }

    /** {@return why the transaction or the opening failed, never null} */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns whether the requests of the transaction were processed. A failure that concerns no transaction, such as
     * one of {@link BusServer#recvRequest()} or of the opening of a bus, says nothing about requests: its outcome has no
     * meaning.
     *
     * @return the outcome, never null
     */
    public final Outcome outcome() {
        return outcome;
    }
}
