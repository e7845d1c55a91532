package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The requests of one transaction, as handlers and filters see them, with the client that sent them and the time that
 * it will still wait. Thread-safe. Tests of handlers and filters can create one with {@link #of(List)}.
 *
 * @param <Q> type of the requests
 */
@ProviderType
public interface RequestBatch<Q> {

    /** {@return the requests in order, without nulls, unmodifiable; never null} */
    List<Q> requests();

    /** {@return the client that sent the requests, never null} */
    Peer peer();

    /**
     * {@return how long the client will still wait, zero or more; or null if the client does not say, such as slimta's
     * Lua nodes} Once it reaches zero nobody waits for the result, so a handler may stop.
     */
    Duration timeLeft();

    /**
     * Returns a batch from inside the JVM, without a time limit.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @return the batch, immutable, never null; its peer is named {@code local} and has no address
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests) {
        return of(requests, GivenBatch.LOCAL, null);
    }

    /**
     * Returns a batch from the given client, whose time left does not decrease.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @param peer the client, not null
     * @param timeLeft what {@link #timeLeft()} always returns, zero or more; or null for no limit
     * @return the batch, immutable, never null
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests, Peer peer, Duration timeLeft) {
        return new GivenBatch<>(List.copyOf(requests), peer, timeLeft);
    }
}
