package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers what a configured bus receives. It is a service of the whiteboard: registered with
 * {@link BusConstants#WHITEBOARD_TARGET}, it serves each configured server, local bus or chain that the filter matches. Of
 * several for one bus the one with the highest {@code service.ranking} serves, and among equals the one that came first.
 *
 * <p>It is called by several threads at once, as many as the bus's setting {@code maxConcurrentHandlers} allows, so it must be
 * thread-safe. When the service goes, the bus first lets the calls that are under way come to their end, up to its setting
 * {@code drainTimeout}; meanwhile new requests wait for the next handler. A call that itself unregisters the service is not
 * waited for, and a service that goes while Configuration Admin waits, with its bundle staying, waits for 250 ms at most.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ConsumerType
@FunctionalInterface
public interface RequestHandler<Q, R> {

    /**
     * Answers the requests of one transaction. It may block; who has the responses at once returns
     * {@link java.util.concurrent.CompletableFuture#completedFuture a stage that is complete}.
     *
     * @param batch the requests, never null
     * @return the responses to come, one for each request in order, without nulls; never null. If it fails with a
     *     {@link BusException} the transaction fails with its reason, else with {@code HANDLER}.
     * @throws Exception to fail the transaction: a {@link BusException} with its reason, all else with {@code HANDLER}
     */
    CompletionStage<List<R>> handle(RequestBatch<Q> batch) throws Exception;
}
