package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Requests that were received: what a client sent, who it is, and how long it will wait. Thread-safe.
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
     * How long the client will still wait. Who gives up when that is over spares work for nothing.
     *
     * @return zero or more; or null if the client did not say, as slimta's Lua nodes
     */
    Duration timeLeft();
}
