package org.slimta.bus.impl.handling;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.ForwardableBatch;

/** One call of a handler. Whatever the handler does costs only its own transaction. Thread-safe. */
final class HandlerCall<Q, R> {

    /** Keeps the calls of one handler. Its methods are called on any thread. */
    interface Owner<Q, R> {

        /** A transaction was over when it was opened. */
        void settled(Arrival<Q, R> arrival);

        /** The stage of a call was not complete when the handler returned. */
        void watch(HandlerCall<Q, R> call);

        /** A call has ended. Called once. */
        void ended(HandlerCall<Q, R> call);
    }

    private final Owner<Q, R> owner;
    private final Arrival<Q, R> arrival;
    private final RequestHandler<Q, R> handler;
    private final Responder responder;
    private final Failures failures;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Observed observed; // Null if nobody observes it.

    HandlerCall(
            Owner<Q, R> owner,
            Arrival<Q, R> arrival,
            RequestHandler<Q, R> handler,
            Responder responder,
            Failures failures) {
        this.owner = owner;
        this.arrival = arrival;
        this.handler = handler;
        this.responder = responder;
        this.failures = failures;
    }

    void start() {
        ServerTransaction<Q, R> transaction = arrival.openOrEnd(null, failures);
        if (transaction == null) {
            if (arrival.isOver()) {
                owner.settled(arrival);
            }
            end();
            return;
        }
        String name = "handler " + handler.getClass().getName();
        observed = arrival.observers()
                .calling(Role.HANDLER, handler, transaction, ForwardableBatch.observedOf(transaction));
        CompletionStage<List<R>> stage;
        Observed.Scope entered = Observed.enter(observed);
        try {
            stage = handler.handle(transaction);
            if (stage == null) {
                throw new BusException(
                        Reason.HANDLER,
                        name + " returned null; it must return a stage of responses",
                        new NullPointerException("the stage is null"));
            }
        } catch (Throwable e) {
            fail(transaction, e, name);
            return;
        } finally {
            entered.leave();
        }
        owner.watch(this); // Before it can be complete, which ends the watch.
        try {
            stage.whenComplete((responses, failure) -> {
                if (failure == null) {
                    respond(transaction, responses, name);
                } else {
                    fail(transaction, failure, name);
                }
            });
        } catch (Throwable e) { // A stage of the user's own.
            fail(transaction, e, name);
        }
    }

    private void respond(ServerTransaction<Q, R> transaction, List<R> responses, String name) {
        try {
            observedEnd(responder.respond(transaction, responses, Outcome.PROCESSED, name));
        } finally {
            end();
        }
    }

    private void fail(ServerTransaction<Q, R> transaction, Throwable failure, String name) {
        try {
            observedEnd(responder.fail(transaction, failure, Outcome.UNKNOWN, name));
        } finally {
            end();
        }
    }

    private void observedEnd(BusException failure) {
        if (observed != null) {
            observed.ended(failure);
        }
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            owner.ended(this);
        }
    }

    /** Ends it if its client has gone or its time is over. Code that still works on it no longer counts as running. */
    void endIfOver() {
        if (arrival.isOver()) {
            end();
        }
    }
}
