package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;

/**
 * A server whose requests a carrier brings. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface CarriedServer<Q, R> extends BusServer<Q, R> {

    /**
     * A request is arriving. When its bytes are complete it waits in the queue to be received; if the queue is full it fails with
     * {@code OVERLOADED}, and if the server is closing, or closes while they arrive, it is given back. Does not block.
     *
     * @param source where it comes from
     * @return takes the bytes of its frame, which is an array of requests with a number ({@code tx})
     */
    FrameReceiver newRequest(RequestSource source);

    /**
     * A client is there that may ask what became of its requests. The server remembers them for it, within {@code responseRetention},
     * an eighth of {@code memoryLimit} and 10,000 clients. Does not block.
     *
     * @param id the identity of this life of the client, at most 64 characters; not null
     * @param owner who the client has proved to be; null if nothing is known
     * @return the client, the same one each time; null if it cannot be remembered, or if its identity belongs to another owner
     */
    RememberedClient client(String id, String owner);

    /** {@return how many requests the queue can still take} */
    int room();

    /**
     * {@return how many bytes of a frame that begins to arrive now there is memory for} If nothing else uses memory, only the limits of a
     * frame count.
     */
    long memoryRoom();

    /**
     * Uses other options from now on. {@code maxConnections}, {@code maxConnectionsPerAddress}, {@code maxInFlightPerConnection},
     * {@code idleTimeout} and {@code tls} have no meaning here.
     *
     * @param options the options; not null
     */
    void reconfigure(ServerOptions options);

    /** {@return whether the server is closing or closed, so that requests are given back} */
    boolean isClosed();
}
