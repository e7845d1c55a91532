package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The requests of one transaction, as handlers and filters see them: what a client sent, who it is, and how long it will wait.
 * Thread-safe. Tests of handlers and filters make one with {@link #of(List)}.
 *
 * @param <Q> type of the requests
 */
@ProviderType
public interface RequestBatch<Q> {

    /**
     * What the client sent.
     *
     * @return the requests in order, without nulls, unmodifiable; never null
     */
    List<Q> requests();

    /**
     * Who sent it.
     *
     * @return the client, never null
     */
    Peer peer();

    /**
     * How long the client will still wait. Once it is zero nobody waits for the result, so the work may stop.
     *
     * @return zero or more; or null if the client did not say, such as slimta's Lua nodes
     */
    Duration timeLeft();

    /**
     * A batch from within the JVM, without a limit of time.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, without nulls; copied
     * @return the batch, immutable, never null; its peer is named {@code local} and has no address
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests) {
        return of(requests, GivenBatch.LOCAL, null);
    }

    /**
     * A batch from some client, whose time does not pass.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, without nulls; copied
     * @param peer the client, not null
     * @param timeLeft what {@link #timeLeft()} returns, zero or more; or null for no limit
     * @return the batch, immutable, never null
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests, Peer peer, Duration timeLeft) {
        return new GivenBatch<>(List.copyOf(requests), peer, timeLeft);
    }
}
