package org.slimta.bus.impl.proxy;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.ForwardableBatch;
import org.slimta.bus.impl.transaction.UnansweredTransaction;

/**
 * The client that a filter passes one batch of requests on with. Requests that are sent with it, at any time and on any
 * thread, have at most the time that is left of the batch at that moment, and the headers of the batch unless they are
 * sent with others; the headers that come back are those of the response to the batch unless the filter sets others.
 * They are cancelled when the client of the batch does not wait any more. In every other way it behaves like the client
 * that it wraps. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class ForwardingClient<Q, R> implements CappedClient<Q, R> {

    private final BusClient<Q, R> to;
    private final RequestBatch<Q> batch;
    private final Observed observed;
    private final PassedOn passedOn = new PassedOn();

    /**
     * Wraps a client, for a batch that is passed on from where it was received.
     *
     * @param to the client to send with, not null
     * @param batch the batch that is passed on, not null
     */
    public ForwardingClient(BusClient<Q, R> to, RequestBatch<Q> batch) {
        this(to, batch, ForwardableBatch.observedOf(batch));
    }

    /**
     * Wraps a client, for a filter.
     *
     * @param to the client to send with, not null
     * @param batch the batch that is passed on, not null
     * @param observed the observation of the filter that passes it on; null if there is none
     */
    public ForwardingClient(BusClient<Q, R> to, RequestBatch<Q> batch, Observed observed) {
        this.to = to;
        this.batch = batch;
        this.observed = observed;
    }

    @Override
    public String name() {
        return to.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException {
        return sendRequest(requests, batch.headers());
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        ClientTransaction<R> sent;
        Observed.Scope parent = Observed.sendingFor(observed);
        try {
            sent = CappedClient.send(to, requests, headers, Math.min(maxNanos, CappedClient.cap(batch.timeLeft())));
        } finally {
            parent.leave();
        }
        ForwardableBatch.forwarded(batch, sent);
        UnansweredTransaction.whenCancelled(batch, sent::cancel);
        return passedOn.add(sent);
    }

    /** {@return what the filter has passed on with this client} */
    PassedOn passedOn() {
        return passedOn;
    }

    @Override
    public void close() {
        to.close();
    }

    @Override
    public String toString() {
        return to.toString();
    }
}
