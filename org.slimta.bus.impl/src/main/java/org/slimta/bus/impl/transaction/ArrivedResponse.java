package org.slimta.bus.impl.transaction;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.Headers;

/**
 * A response that has arrived and is not unpacked.
 *
 * @param <R> type of the responses
 */
@FunctionalInterface
public interface ArrivedResponse<R> {

    /**
     * Returns a future that completes when the response can be unpacked. When this is called again after that, it
     * returns null.
     *
     * @return a future that does not fail; null if the response can be unpacked now
     */
    default CompletableFuture<?> ready() {
        return null;
    }

    /**
     * A caller wants the response, which waits to be unpacked. May be called more than once, before or after
     * {@link #onDropped()}.
     */
    default void onWaiting() {}

    /** The response was unpacked, or is no longer wanted. Called once. */
    default void onDropped() {}

    /** {@return what its arrival says of the requests, even if it cannot be unpacked} */
    default Outcome outcome() {
        return Outcome.PROCESSED;
    }

    /** {@return the headers that came with the response; not null} */
    default Headers headers() {
        return Headers.none();
    }

    /**
     * Unpacks the response. Does not wait, but may run code of users.
     *
     * @return one response for each request
     * @throws BusException if the transaction failed
     */
    List<R> unpack() throws BusException;
}
