package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.impl.transaction.CappedClient;

/** What a filter sends on to: the next filter, or what is behind the last. It runs on the thread of the filter. */
final class NextClient implements BusClient<Object, Object> {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Pipeline line;
    private final int number;
    private final RequestBatch<Object> batch;

    NextClient(Pipeline line, int number, RequestBatch<Object> batch) {
        this.line = line;
        this.number = number;
        this.batch = batch;
    }

    @Override
    public String name() {
        return line.toString();
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests) {
        RequestBatch<Object> changed = new Changed(List.copyOf(requests), batch);
        CompletionStage<List<Object>> stage = CappedClient.cap(batch.timeLeft()) > 0
                ? line.step(number, changed)
                : CompletableFuture.failedFuture(new BusException(
                        Reason.EXPIRED, "the time of the request was used up before the next filter or handler had it"));
        return new Sent(stage.toCompletableFuture(), changed);
    }

    /** It belongs to the chain: nothing to be closed. */
    @Override
    public void close() {}

    private record Changed(List<Object> requests, RequestBatch<Object> batch) implements RequestBatch<Object> {

        @Override
        public Peer peer() {
            return batch.peer();
        }

        @Override
        public Duration timeLeft() {
            return batch.timeLeft();
        }
    }

    private record Sent(CompletableFuture<List<Object>> stage, RequestBatch<Object> batch)
            implements ClientTransaction<Object> {

        @Override
        public List<Object> recvResponse() throws BusException, InterruptedException {
            Duration timeLeft = batch.timeLeft();
            Duration timeout = timeLeft == null || timeLeft.compareTo(LONGEST) > 0 ? LONGEST : timeLeft;
            try {
                return response().toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BusException failure) {
                    throw failure;
                }
                throw new BusException(Reason.HANDLER, String.valueOf(e.getCause()), e.getCause());
            } catch (TimeoutException e) {
                throw new BusException(
                        Reason.TIMEOUT, "no response of the next filter or handler within " + timeout.toMillis() + " ms", e);
            }
        }

        /** A list of somebody else's may fail to tell. */
        private static int sizeOf(List<Object> responses) {
            try {
                return responses.size();
            } catch (RuntimeException e) {
                return -1;
            }
        }

        @Override
        public CompletionStage<List<Object>> response() {
            int requests = batch.requests().size();
            CompletableFuture<List<Object>> told = new CompletableFuture<>();
            stage.whenComplete((responses, failure) -> {
                if (failure != null) {
                    told.completeExceptionally(failure);
                } else if (responses == null || sizeOf(responses) != requests) {
                    told.completeExceptionally(new BusException(
                            Reason.MISMATCH,
                            (responses == null ? "no" : sizeOf(responses)) + " responses to " + requests
                                    + " requests; there must be one for each"));
                } else {
                    told.complete(responses);
                }
            });
            return told;
        }
    }
}
