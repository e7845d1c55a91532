package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.transaction.ForwardableBatch;
import org.slimta.bus.impl.transaction.UnansweredTransaction;

/**
 * Requests that a filter passes on: they have the client and the time of the batch that it has received, and are cancelled
 * with that batch, or by the filter. Thread-safe.
 */
final class ForwardedBatch extends ForwardableBatch<Object> {

    private final List<Object> requests;
    private final Headers headers;
    private final RequestBatch<Object> received;
    private CompletableFuture<Void> cancelled; // Guarded by this. Null until somebody asks for it.

    ForwardedBatch(List<Object> requests, Headers headers, RequestBatch<Object> received) {
        this.requests = requests;
        this.headers = headers;
        this.received = received;
    }

    @Override
    public List<Object> requests() {
        return requests;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Peer peer() {
        return received.peer();
    }

    @Override
    public Duration timeLeft() {
        return received.timeLeft();
    }

    @Override
    public CompletionStage<Void> cancelled() {
        CompletableFuture<Void> asked;
        boolean first;
        synchronized (this) {
            first = cancelled == null;
            asked = future();
        }
        if (first) {
            UnansweredTransaction.whenCancelled(received, () -> asked.complete(null));
        }
        return asked.copy();
    }

    private synchronized CompletableFuture<Void> future() {
        if (cancelled == null) {
            cancelled = new CompletableFuture<>();
        }
        return cancelled;
    }

    /** The filter does not wait any more. Runs the callbacks of whoever works on it. */
    void cancel() {
        future().complete(null);
    }
}
