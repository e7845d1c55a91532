package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The requests of one transaction, as handlers and filters see them, with their headers, the client that sent them and
 * the time that it will still wait. Takes the headers of the response. Thread-safe. Tests of handlers and filters can
 * create one with {@link #of(List)}.
 *
 * @param <Q> type of the requests
 */
@ProviderType
public interface RequestBatch<Q> {

    /** {@return the requests in order, without nulls, unmodifiable; never null} */
    List<Q> requests();

    /**
     * {@return the headers that the client sent with the requests; none if it sent none, or does not know headers, such
     * as slimta's Lua nodes; never null}
     */
    Headers headers();

    /** {@return the client that sent the requests, never null} */
    Peer peer();

    /**
     * {@return how long the client will still wait, zero or more; or null if the client does not say, such as slimta's
     * Lua nodes} Once it reaches zero nobody waits for the result, so a handler may stop.
     */
    Duration timeLeft();

    /**
     * Sets the headers of the response, or of the failure, of this transaction, in place of those that were set before.
     * A client that does not know headers, such as slimta's Lua nodes, does not get them. Has no effect after the
     * transaction has been answered.
     *
     * @param headers the headers, not null; {@link Headers#none()} for none
     */
    void setResponseHeaders(Headers headers);

    /**
     * {@return the headers that the response would have now: those that were set; if none were set, those of the last
     * transaction that a filter has sent with the client that was passed to it, as soon as they have arrived; otherwise
     * none; never null}
     */
    Headers responseHeaders();

    /**
     * Returns a stage that completes, with null, when the client does not wait any more although there is no response:
     * it has cancelled the transaction, its time is over, its connection has ended, or the server has failed the
     * transaction. Then a handler may stop, and its responses are ignored. After a response the stage may never
     * complete. That the time of a client on another machine is over may be noticed some seconds later.
     *
     * <p>Callbacks run on threads of the bus, and may block; those that are attached later, on the thread that attaches
     * them. What a filter has passed on is cancelled by itself.
     *
     * @return a new stage for each call, never null; it does not fail
     */
    default CompletionStage<Void> cancelled() {
        return new CompletableFuture<>();
    }

    /**
     * Returns a batch from inside the JVM, without a time limit.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @return the batch, never null; its peer is named {@code local} and has no address. It stores the headers that are
     *     set for the response.
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests) {
        return of(requests, Headers.none());
    }

    /**
     * Returns a batch with headers from inside the JVM, without a time limit.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @param headers what {@link #headers()} returns, not null
     * @return the batch, never null; like that of {@link #of(List)}
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests, Headers headers) {
        return new GivenBatch<>(requests, headers, GivenBatch.LOCAL, null);
    }

    /**
     * Returns a batch from the given client, whose time left does not decrease.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @param peer the client, not null
     * @param timeLeft what {@link #timeLeft()} always returns, zero or more; or null for no limit
     * @return the batch, never null; it stores the headers that are set for the response
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests, Peer peer, Duration timeLeft) {
        return of(requests, Headers.none(), peer, timeLeft);
    }

    /**
     * Returns a batch with headers from the given client, whose time left does not decrease.
     *
     * @param <Q> type of the requests
     * @param requests the requests in order, not null and without nulls; copied
     * @param headers what {@link #headers()} returns, not null
     * @param peer the client, not null
     * @param timeLeft what {@link #timeLeft()} always returns, zero or more; or null for no limit
     * @return the batch, never null; it stores the headers that are set for the response
     */
    static <Q> RequestBatch<Q> of(List<? extends Q> requests, Headers headers, Peer peer, Duration timeLeft) {
        return new GivenBatch<>(requests, headers, peer, timeLeft);
    }
}
