package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.BusException.Reason;

/** The requests of one transaction, to be sent by a {@link Carrier}. Thread-safe; the methods do not block. */
@ProviderType
public interface OutboundRequest {

    /** {@return the number of the transaction, 1 or more, unique among the transactions of its client} */
    long number();

    /**
     * The server is known not to have processed it, and never will under its number: gives it another one, which is higher than all
     * numbers before. What the server sends to the former number is ignored.
     */
    void renew();

    /** {@return the size of the frame, in bytes} */
    long size();

    /** {@return how long the client still waits, in nanoseconds; zero or less if its time is over} */
    long nanosLeft();

    /** {@return how long the client still waits for the requests to be sent ({@code sendTimeout}), in nanoseconds} */
    long sendNanosLeft();

    /** {@return whether the transaction has ended} */
    boolean isDone();

    /**
     * Begins to send. May be called again, if the server is known not to have processed what was sent before.
     *
     * @return the bytes of the frame, from its beginning; null if the transaction has ended, or its time is over
     */
    FrameBytes begin();

    /**
     * Begins to send to a server that remembers the client, as {@link #begin()}.
     *
     * @param epoch the epoch of the client, 0 or more: how often it has asked
     * @return the bytes of the frame, from its beginning; null if the transaction has ended, or its time is over
     */
    FrameBytes begin(long epoch);

    /**
     * Begins to receive the response to the requests with the present number.
     *
     * @return takes the bytes of one response frame; when they are complete the transaction has ended
     */
    FrameReceiver response();

    /**
     * Fails the transaction. Does nothing if it has ended.
     *
     * @param reason the reason; not null. {@code CONNECT}, {@code OVERLOADED} and {@code EXPIRED} say that the requests were
     *     certainly not processed
     * @param what what happened, for a message that names the bus and the target too; not null
     * @param cause the cause, or null
     */
    void fail(Reason reason, String what, Throwable cause);
}
