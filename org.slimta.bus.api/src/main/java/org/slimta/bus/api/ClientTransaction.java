package org.slimta.bus.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A transaction as its client sees it: requests that were sent. It ends once, with its responses or with one
 * {@link BusException}, within the option {@code responseTimeout}, or at once if it is cancelled. Thread-safe.
 *
 * @param <R> type of the responses
 */
@ProviderType
public interface ClientTransaction<R> {

    /**
     * Waits for the responses. May be called again, and then returns the same responses or throws the same exception.
     *
     * @return one response for each request, in order, unmodifiable, never null
     * @throws BusException if the transaction failed; the reason says why
     * @throws InterruptedException if the thread was interrupted while it waited; the transaction continues
     */
    List<R> recvResponse() throws BusException, InterruptedException;

    /**
     * Returns a stage for the responses, for callers that do not want to block. It completes with what
     * {@link #recvResponse()} returns, or exceptionally with the {@link BusException} itself.
     *
     * <p>The stage is a copy: whoever completes or cancels it, as a {@link java.util.concurrent.CompletableFuture},
     * changes neither the transaction nor other stages. {@link #cancel()} cancels the transaction.
     *
     * <p>A callback that is attached before the stage completes runs on a thread of this bus, which runs nothing for
     * other buses; one that is attached later runs on the thread that attaches it. Callbacks may block: the bus starts
     * more threads if all are blocked, up to the number of transactions that may be in flight ({@code maxInFlight}, for
     * a local bus {@code queueSize}), and completes stages that fail on separate threads. Callbacks may send again over
     * the same bus: their own transaction no longer counts as in flight.
     *
     * @return a new stage for each call, never null
     */
    CompletionStage<List<R>> response();

    /**
     * {@return the headers of the response, or of the failure that the server has sent; never null} They are known as
     * soon as {@link #recvResponse()} has returned or thrown, or the stage of {@link #response()} is complete. Before
     * that, and if nothing has arrived from the server, or the server does not send headers, there are none. Does not
     * block.
     */
    Headers headers();

    /**
     * Cancels the transaction: its client does not wait any more. It ends now, with
     * {@link BusException.Reason#CANCELLED}, for all threads that wait and for all stages. Does nothing if it has ended,
     * or its responses have arrived: these can still be received. Does not block.
     *
     * <p>Requests that were not sent will not be, and those that wait in the queue of a local bus are dropped: then the
     * outcome is {@link BusException.Outcome#NOT_PROCESSED}. Otherwise it is {@link BusException.Outcome#UNKNOWN}: a
     * handler that works on them may notice it, with {@link RequestBatch#cancelled()}.
     *
     * @return whether this call has ended the transaction
     */
    boolean cancel();
}
