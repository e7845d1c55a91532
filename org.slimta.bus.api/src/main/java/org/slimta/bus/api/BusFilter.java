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
     * Handles the requests of one transaction. While it blocks it holds up the others of its thread; so rather return the
     * stage of {@link ClientTransaction#response()}.
     *
     * @param requests what was received, unmodifiable, never null
     * @param to the bus to send on to, never null
     * @return the responses to come, one for each of {@code requests}; never null. If it fails with a
     *     {@link BusException} the transaction fails with its reason, else with {@code HANDLER}.
     * @throws Exception to fail the transaction: a {@link BusException} with its reason, all else with {@code HANDLER}
     */
    CompletionStage<List<R>> filter(List<Q> requests, BusClient<Q, R> to) throws Exception;

    /**
     * The default filter: passes on and back what comes.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @return the filter, stateless, never null
     */
    static <Q, R> BusFilter<Q, R> passOn() {
        return (requests, to) -> to.sendRequest(requests).response();
    }
}
