package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Requests that were sent. It ends once, with its responses or with one {@link BusException}, within the option
 * {@code responseTimeout}. Thread-safe.
 *
 * @param <R> type of the responses
 */
@ProviderType
public interface ClientTransaction<R> {

    /**
     * Waits for the responses. May be called again, and then returns, or throws, the same.
     *
     * @return one response for each request, in order, unmodifiable
     * @throws BusException if the transaction failed
     * @throws InterruptedException if the thread was interrupted while it waited; the transaction goes on
     */
    List<R> recvResponse() throws BusException, InterruptedException;

    /**
     * The responses to come, for those who do not want to wait. It completes with what {@link #recvResponse()} returns, or
     * exceptionally with the {@link BusException} itself.
     *
     * <p>What is attached to it before that runs on a thread of this bus, which runs nothing for other buses; what is attached
     * later runs on the thread that attaches it. It may block: more threads start when all are blocked, as many as there may be
     * transactions in flight ({@code maxInFlight}, {@code queueSize} of a local bus), and failures are told on threads of their
     * own. It may send again over the same bus: its own transaction does not count as in flight any more.
     *
     * @return a stage of its own for each call, never null
     */
    CompletionStage<List<R>> response();
}
