package org.slimta.bus.impl.proxy;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.transaction.CappedClient;

/**
 * The client that a filter passes one batch of requests on with. What it sends, at any time and on any thread, has no more time
 * than is left of the batch then. All else is as with the client behind it. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class ForwardingClient<Q, R> implements CappedClient<Q, R> {

    private final BusClient<Q, R> to;
    private final RequestBatch<Q> batch;

    /**
     * A view of a client.
     *
     * @param to the client
     * @param batch what is passed on
     */
    public ForwardingClient(BusClient<Q, R> to, RequestBatch<Q> batch) {
        this.to = to;
        this.batch = batch;
    }

    @Override
    public String name() {
        return to.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, long mostNanos) throws InterruptedException {
        return CappedClient.send(to, requests, Math.min(mostNanos, CappedClient.cap(batch.timeLeft())));
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
