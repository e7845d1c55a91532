package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers the requests of a server that a program has opened, see {@link BusServer#serve}, or of a configured bus. For a
 * configured bus a handler is a whiteboard service: registered with the property
 * {@link BusConstants#WHITEBOARD_TARGET}, it serves each configured server, local bus or chain that this LDAP filter
 * matches. If there are several for one bus, the one with the highest {@code service.ranking} serves it, and among
 * equals the one that was registered first.
 *
 * <p>Several threads call a handler at once, as many as the setting {@code maxConcurrentHandlers} of the bus allows, so
 * it must be thread-safe. When the service is unregistered, the bus first lets the calls that are in progress finish,
 * for at most its setting {@code drainTimeout}; meanwhile new requests wait for the next handler. A call that itself
 * unregisters the service is not waited for. If the service is unregistered while Configuration Admin waits, and its
 * bundle stays active, the bus waits for 250 ms at most.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ConsumerType
@FunctionalInterface
public interface RequestHandler<Q, R> {

    /**
     * Answers the requests of one transaction. May block. If the responses are available at once, return a
     * {@link java.util.concurrent.CompletableFuture#completedFuture completed stage}.
     *
     * @param batch the requests, never null; also takes headers for the response, see
     *     {@link RequestBatch#setResponseHeaders}
     * @return a stage that completes with one response for each request, in order, without nulls; never null. If it
     *     fails with a {@link BusException}, the transaction fails with the reason of that exception, otherwise with
     *     {@link BusException.Reason#HANDLER}; in both cases with the outcome {@link BusException.Outcome#UNKNOWN}.
     * @throws Exception to fail the transaction: with the reason of a {@link BusException}, otherwise with
     *     {@link BusException.Reason#HANDLER}
     */
    CompletionStage<List<R>> handle(RequestBatch<Q> batch) throws Exception;
}
