package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Processes the transactions of a proxy, a chain or a configured bus: a filter passes them on, changes requests or
 * responses, answers them itself, or fails them. Every thread that runs the proxy calls it, so it must be thread-safe
 * if there is more than one.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ConsumerType
@FunctionalInterface
public interface BusFilter<Q, R> {

    /**
     * Processes the requests of one transaction. Blocking delays every other transaction of the same thread; prefer
     * returning the stage of {@link ClientTransaction#response()}.
     *
     * <p>When the client does not wait any more, all transactions that the filter has sent with {@code to} are cancelled.
     *
     * <p>A transaction that the filter sends may take as long as {@code batch} has time left when it is sent, and at
     * most the {@code responseTimeout} of the bus that it is sent to. If no time is left, nothing is sent, and that
     * transaction fails with {@link BusException.Reason#EXPIRED}. The same applies to transactions that are sent later
     * or by other threads. If {@code batch} has no time limit, only {@code responseTimeout} applies.
     *
     * <p>Headers are passed on and back unless the filter says otherwise. {@code to.sendRequest(requests)} sends the
     * headers of {@code batch}; {@code to.sendRequest(requests, headers)} sends others. The response gets the headers of
     * the last transaction that the filter has sent with {@code to}, if they have arrived by then, or those that the
     * filter gives to {@link RequestBatch#setResponseHeaders}.
     *
     * @param batch the requests, with their headers, their client and the time that it will still wait; never null
     * @param to the next bus, never null; to be used for this batch only
     * @return a stage that completes with one response for each of the requests; never null. If it fails with a
     *     {@link BusException}, the transaction fails with the reason of that exception, otherwise with
     *     {@link BusException.Reason#HANDLER}. The outcome is {@link BusException.Outcome#UNKNOWN}, unless the filter
     *     has sent one transaction with {@code to}, and fails with the very exception of that transaction: then it is
     *     the outcome of that one.
     * @throws Exception to fail the transaction: with the reason of a {@link BusException}, otherwise with
     *     {@link BusException.Reason#HANDLER}
     */
    CompletionStage<List<R>> filter(RequestBatch<Q> batch, BusClient<Q, R> to) throws Exception;

    /**
     * Returns the default filter, which passes on requests and passes back responses unchanged, with their headers.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @return the filter, stateless, never null
     */
    static <Q, R> BusFilter<Q, R> passOn() {
        return (batch, to) -> to.sendRequest(batch.requests(), batch.headers()).response();
    }
}
