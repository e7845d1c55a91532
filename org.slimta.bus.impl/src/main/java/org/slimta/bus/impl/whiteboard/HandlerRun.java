package org.slimta.bus.impl.whiteboard;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.proxy.Responder;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.transaction.Arrival;

/** One transaction on its way through a line. Thread-safe. */
final class HandlerRun {

    private final HandlerDispatcher pump;
    private final Pipeline through;
    private final Arrival<Object, Object> arrival;
    private final AtomicBoolean ended = new AtomicBoolean();

    HandlerRun(HandlerDispatcher pump, Pipeline through, Arrival<Object, Object> arrival) {
        this.pump = pump;
        this.through = through;
        this.arrival = arrival;
    }

    void begin() {
        ServerTransaction<Object, Object> transaction = open();
        if (transaction == null) {
            if (arrival.isOver()) {
                pump.settled(arrival);
            }
            end();
            return;
        }
        through.call(() -> run(transaction), this::isInside);
    }

    private boolean isInside() {
        return !ended.get();
    }

    private ServerTransaction<Object, Object> open() {
        try {
            return arrival.open(through.codecs());
        } catch (InterruptedException e) {
            arrival.abandon(pump.failures().of(Reason.CLOSED, "interrupted while a request was read"));
        } catch (RuntimeException | Error e) {
            arrival.refuse(pump.failures().of(Reason.CODEC, "a request could not be read: " + Described.of(e)));
        }
        return null;
    }

    private void run(ServerTransaction<Object, Object> transaction) {
        CompletionStage<List<Object>> stage;
        try {
            stage = through.run(transaction);
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        if (!FilterCall.isDone(stage)) {
            pump.goesOn(this);
        }
        stage.whenComplete((responses, failure) -> through.call(() -> finish(transaction, responses, failure), this::isInside));
    }

    /** It counts before its client knows, who may ask at once. */
    private void finish(ServerTransaction<Object, Object> transaction, List<Object> responses, Throwable failure) {
        try {
            if (failure == null) {
                pump.meter().answered(arrival.arrived());
                Reason reason = pump.responder().respond(transaction, responses, through);
                if (reason != null) {
                    pump.meter().failedAfterAll(reason);
                }
            } else {
                pump.meter().failed(Responder.reasonOf(failure));
                pump.responder().fail(transaction, failure, through);
            }
        } finally {
            end();
        }
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            through.leave();
            pump.ended(this);
        }
    }

    /** Its client is gone, or its time is over: whatever still works on it takes no room any more. */
    void endIfOver() {
        if (arrival.isOver()) {
            end();
        }
    }
}
