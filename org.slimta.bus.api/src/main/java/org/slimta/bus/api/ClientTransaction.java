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
     * <p>What is attached to it runs on the thread that completes it: inside the JVM the one that answers, else one of a few
     * that all buses share. It should not block for long.
     *
     * @return a stage of its own for each call, never null
     */
    CompletionStage<List<R>> response();
}
