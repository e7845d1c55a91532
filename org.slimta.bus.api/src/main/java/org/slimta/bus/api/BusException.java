package org.slimta.bus.api;

import java.util.Objects;

/**
 * A transaction, or the opening of a bus, failed. There is one {@link #reason()}, and no reason is folded into another.
 * The message names the bus and the peer, and for a limit its name and value.
 */
public class BusException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why a transaction failed. */
    public enum Reason {
        /** There was no connection to be had, or no address to listen on. */
        CONNECT,
        /** It took longer than the caller was willing to wait. */
        TIMEOUT,
        /** This end was closed, or the peer went away before it answered. */
        CLOSED,
        /** The bytes or the XML are no transaction. */
        MALFORMED,
        /** There is no codec for the type now. */
        NO_CODEC,
        /** The codec failed. */
        CODEC,
        /** Over a limit. */
        TOO_LARGE,
        /** The peer's queue, or this end's allowance of transactions in flight, is full. */
        OVERLOADED,
        /** The client's time was used up before the request was processed, or passed on by a filter or a proxy. */
        EXPIRED,
        /** The other side failed while it worked on the request. */
        HANDLER,
        /** There is not one response for each request. */
        MISMATCH
    }

    /** Why it failed. */
    private final Reason reason;

    /**
     * A failure without a cause.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     */
    public BusException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * A failure with a cause.
     *
     * @param reason why, not null
     * @param message what happened, to which bus and peer, and what to do; not null
     * @param cause what led to it, or null
     */
    public BusException(Reason reason, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Tells why it failed.
     *
     * @return the one reason, never null
     */
    public Reason reason() {
        return reason;
    }
}
