package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a proxy does with a transaction: pass it on, change requests or responses, answer by itself, or fail it. Called by
 * every thread that runs the proxy, so it must be thread-safe if there are several.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ConsumerType
@FunctionalInterface
public interface BusFilter<Q, R> {

    /**
     * Handles the requests of one transaction. Blocking delays every other transaction of the same thread; prefer returning
     * the stage of {@link ClientTransaction#response()}.
     *
     * <p>What it sends on has the time that is left of {@code batch} at that moment, and at most the {@code responseTimeout} of
     * the bus that it is sent to. If nothing is left, nothing is sent, and that transaction fails with {@code EXPIRED}. This
     * also holds for what is sent later and by other threads. If {@code batch} has no limit of time, {@code responseTimeout}
     * alone holds.
     *
     * @param batch the requests, with their client and how long it will wait; never null
     * @param to the bus to send on to, never null; of use for this batch alone
     * @return the responses to come, one for each of the requests; never null. If it fails with a
     *     {@link BusException} the transaction fails with its reason, else with {@code HANDLER}.
     * @throws Exception to fail the transaction: a {@link BusException} with its reason, all else with {@code HANDLER}
     */
    CompletionStage<List<R>> filter(RequestBatch<Q> batch, BusClient<Q, R> to) throws Exception;

    /**
     * The default filter: passes on and back what comes.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @return the filter, stateless, never null
     */
    static <Q, R> BusFilter<Q, R> passOn() {
        return (batch, to) -> to.sendRequest(batch.requests()).response();
    }
}
