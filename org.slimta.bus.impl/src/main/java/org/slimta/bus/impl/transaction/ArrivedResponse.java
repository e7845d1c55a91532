package org.slimta.bus.impl.transaction;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;

/**
 * An answer as it arrived.
 *
 * @param <R> type of the responses
 */
@FunctionalInterface
public interface ArrivedResponse<R> {

    /**
     * Tells when it makes sense to unpack it. Called again after the future has completed, it gives null.
     *
     * @return a future that does not fail, or null if that is now
     */
    default CompletableFuture<?> ready() {
        return null;
    }

    /** Somebody wants it, and it waits to be unpacked. May be called more than once, and before or after it is dropped. */
    default void onWaiting() {}

    /** It was unpacked, or is not wanted any more. Called once. */
    default void onDropped() {}

    /**
     * Makes responses of it. Does not wait, but may run code of users.
     *
     * @return one for each request
     * @throws BusException if the transaction failed
     */
    List<R> unpack() throws BusException;
}
