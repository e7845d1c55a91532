package org.slimta.bus.impl.whiteboard;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.handling.Responder;
import org.slimta.bus.impl.transaction.Arrival;

/** One transaction that runs through a pipeline. Thread-safe. */
final class HandlerRun {

    private final HandlerDispatcher dispatcher;
    private final Pipeline pipeline;
    private final Arrival<Object, Object> arrival;
    private final AtomicBoolean ended = new AtomicBoolean();

    HandlerRun(HandlerDispatcher dispatcher, Pipeline pipeline, Arrival<Object, Object> arrival) {
        this.dispatcher = dispatcher;
        this.pipeline = pipeline;
        this.arrival = arrival;
    }

    void start() {
        ServerTransaction<Object, Object> transaction = arrival.openOrEnd(pipeline.codecs(), dispatcher.failures());
        if (transaction == null) {
            if (arrival.isOver()) {
                dispatcher.settled(arrival);
            }
            end();
            return;
        }
        pipeline.call(() -> run(transaction), this::isActive);
    }

    private boolean isActive() {
        return !ended.get();
    }

    private void run(ServerTransaction<Object, Object> transaction) {
        CompletionStage<List<Object>> stage;
        try {
            stage = pipeline.run(transaction, dispatcher.observers(arrival));
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        if (!FilterCall.isDone(stage)) {
            dispatcher.watch(this);
        }
        stage.whenComplete(
                (responses, failure) -> pipeline.call(() -> finish(transaction, responses, failure), this::isActive));
    }

    /** Counts a transaction before its client receives the responses: the client may ask for the count at once. */
    private void finish(ServerTransaction<Object, Object> transaction, List<Object> responses, Throwable failure) {
        try {
            if (failure == null) {
                dispatcher.meter().answered(arrival.arrived());
                Outcome ifMismatched = pipeline.filters().isEmpty() ? Outcome.PROCESSED : Outcome.UNKNOWN;
                BusException failed = dispatcher.responder().respond(transaction, responses, ifMismatched, pipeline);
                if (failed != null) {
                    dispatcher.failedAfterAll(failed);
                }
            } else {
                Outcome outcome = failure instanceof BusException known ? known.outcome() : Outcome.UNKNOWN;
                dispatcher.failed(Responder.reasonOf(failure), outcome, Responder.messageOf(failure));
                dispatcher.responder().fail(transaction, failure, outcome, pipeline);
            }
        } finally {
            end();
        }
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            pipeline.leave();
            dispatcher.ended(this);
        }
    }

    /**
     * Ends the run if the client has gone or its time is over. Code that still works on it no longer counts as running.
     */
    void endIfOver() {
        if (arrival.isOver()) {
            end();
        }
    }
}
