package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.proxy.PassedOn;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.ForwardableBatch;
import org.slimta.bus.impl.transaction.UnansweredTransaction;

/**
 * The client that a filter passes requests on with: to the next filter or, after the last one, to the handler or the
 * downstream bus. It runs these on the thread of the filter.
 */
final class NextClient implements BusClient<Object, Object> {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Pipeline pipeline;
    private final int index;
    private final RequestBatch<Object> batch;
    private final BusObservers observers;
    private final Observed observed; // Null if nobody observes the filter.
    private final PassedOn passedOn = new PassedOn();

    NextClient(Pipeline pipeline, int index, RequestBatch<Object> batch, BusObservers observers, Observed observed) {
        this.observers = observers;
        this.observed = observed;
        this.pipeline = pipeline;
        this.index = index;
        this.batch = batch;
    }

    @Override
    public String name() {
        return pipeline.toString();
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests) {
        return sendRequest(requests, batch.headers());
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests, Headers headers) {
        ForwardedBatch forwarded =
                new ForwardedBatch(List.copyOf(requests), Objects.requireNonNull(headers, "headers"), batch);
        forwarded.setObserved(observed);
        CompletionStage<List<Object>> stage = CappedClient.cap(batch.timeLeft()) > 0
                ? pipeline.runFrom(index, forwarded, observers)
                : CompletableFuture.failedFuture(new BusException(
                        Reason.EXPIRED,
                        "the time of the request was used up before it reached the next filter or handler"));
        ForwardedTransaction sent = new ForwardedTransaction(stage.toCompletableFuture(), forwarded);
        ForwardableBatch.forwarded(batch, sent);
        if (!sent.stage().isDone()) {
            UnansweredTransaction.whenCancelled(batch, sent::cancel);
        }
        return passedOn.add(sent);
    }

    /** Returns what the filter has passed on with this client. */
    PassedOn passedOn() {
        return passedOn;
    }

    /** Does nothing: there is nothing to close, and the pipeline is not the filter's. */
    @Override
    public void close() {}

    private record ForwardedTransaction(CompletableFuture<List<Object>> stage, ForwardedBatch batch)
            implements ClientTransaction<Object> {

        @Override
        public List<Object> recvResponse() throws BusException, InterruptedException {
            Duration timeLeft = batch.timeLeft();
            Duration timeout = timeLeft == null || timeLeft.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeLeft;
            try {
                return response().toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BusException failure) {
                    throw failure;
                }
                throw new BusException(Reason.HANDLER, String.valueOf(e.getCause()), e.getCause());
            } catch (TimeoutException e) {
                throw new BusException(
                        Reason.TIMEOUT,
                        "no response from the next filter or handler within " + timeout.toMillis() + " ms",
                        e);
            }
        }

        @Override
        public boolean cancel() {
            boolean ended = stage.completeExceptionally(
                    new BusException(Reason.CANCELLED, "the filter, or the client, has cancelled the transaction"));
            if (ended) {
                batch.cancel();
            }
            return ended;
        }

        /** The list comes from user code: size() may throw. Returns -1 then. */
        private static int sizeOf(List<Object> responses) {
            try {
                return responses.size();
            } catch (RuntimeException e) {
                return -1;
            }
        }

        @Override
        public Headers headers() {
            return stage.isDone() ? batch.responseHeaders() : Headers.none();
        }

        @Override
        public CompletionStage<List<Object>> response() {
            int requests = batch.requests().size();
            CompletableFuture<List<Object>> result = new CompletableFuture<>();
            stage.whenComplete((responses, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else if (responses == null || sizeOf(responses) != requests) {
                    result.completeExceptionally(new BusException(
                            Reason.MISMATCH,
                            (responses == null ? "no" : sizeOf(responses)) + " responses to " + requests
                                    + " requests; there must be one for each"));
                } else {
                    result.complete(responses);
                }
            });
            return result;
        }
    }
}
