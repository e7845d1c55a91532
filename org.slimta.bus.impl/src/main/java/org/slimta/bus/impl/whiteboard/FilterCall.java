package org.slimta.bus.impl.whiteboard;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.handling.Responder;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.text.Described;

/**
 * One call of a handler or a filter. Whatever it ends with other than responses becomes a {@link BusException} with the
 * outcome of the transaction.
 */
final class FilterCall {

    private FilterCall() {}

    /**
     * Makes a call.
     *
     * @param kind what is called, for messages: handler or filter
     * @param service what is called
     * @param observed its observation; null if nobody observes it
     * @param outcomeOf the outcome of the transaction after a failure of the call
     * @param call calls it
     * @return a stage that fails only with a {@link BusException}
     */
    static CompletionStage<List<Object>> call(
            String kind,
            WhiteboardService<?> service,
            Observed observed,
            Function<Throwable, Outcome> outcomeOf,
            Callable<CompletionStage<List<Object>>> call) {
        CompletionStage<List<Object>> stage = call(kind, service, outcomeOf, () -> {
            Observed.Scope entered = Observed.enter(observed);
            try {
                return call.call();
            } finally {
                entered.leave();
            }
        });
        if (observed != null) {
            stage.whenComplete((responses, e) -> observed.ended(e == null ? null : (BusException) e));
        }
        return stage;
    }

    /** The same, without an observation. */
    static CompletionStage<List<Object>> call(
            String kind,
            WhiteboardService<?> service,
            Function<Throwable, Outcome> outcomeOf,
            Callable<CompletionStage<List<Object>>> call) {
        CompletionStage<List<Object>> stage;
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            stage = call.call();
        } catch (InterruptedException e) {
            return failed(kind + " " + service.describe() + " was interrupted", e);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(failure(kind, service, outcomeOf, e));
        } finally {
            if (!interrupted) {
                Thread.interrupted(); // A flag that the call leaves set must not reach the next task of this thread.
            }
        }
        if (stage == null) {
            return failed(
                    kind + " " + service.describe() + " returned null; it must return a stage of responses",
                    new NullPointerException("the stage is null")); // With a cause it is logged.
        }
        if (isDone(stage) && !stage.toCompletableFuture().isCompletedExceptionally()) {
            return stage;
        }
        CompletableFuture<List<Object>> result = new CompletableFuture<>();
        stage.whenComplete((responses, e) -> {
            if (e == null) {
                result.complete(responses);
            } else {
                result.completeExceptionally(failure(kind, service, outcomeOf, e));
            }
        });
        return result;
    }

    /**
     * Whether a stage is known to be complete. Only {@link CompletableFuture} itself is asked: a subclass may throw, as
     * a minimal stage does.
     */
    static boolean isDone(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
    }

    static CompletionStage<List<Object>> failed(String message, Throwable cause) {
        return CompletableFuture.failedFuture(new BusException(Reason.HANDLER, message, cause));
    }

    private static BusException failure(
            String kind, WhiteboardService<?> service, Function<Throwable, Outcome> outcomeOf, Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof BusException known) {
            Outcome outcome = outcomeOf.apply(known);
            return known.outcome() == outcome
                    ? known
                    : new BusException(
                            Responder.reasonOf(known), outcome, Responder.messageOf(known), known.getCause());
        }
        String hint = cause instanceof ClassCastException
                ? "; if both classes have the same name, the bundle of the " + kind
                        + " is wired to another revision of the types: refresh that bundle"
                : "";
        String message = kind + " " + service.describe() + " failed: " + Described.of(cause) + hint;
        return new BusException(Reason.HANDLER, message, cause);
    }
}
