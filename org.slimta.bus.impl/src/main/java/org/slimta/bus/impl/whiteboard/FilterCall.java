package org.slimta.bus.impl.whiteboard;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.text.Described;

/** One call of a handler or a filter. Whatever comes of it that is no answer becomes a {@link BusException}. */
final class FilterCall {

    private FilterCall() {}

    static CompletionStage<List<Object>> call(
            String kind, WhiteboardService<?> called, Callable<CompletionStage<List<Object>>> call) {
        CompletionStage<List<Object>> stage;
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            stage = call.call();
        } catch (InterruptedException e) {
            return failed(kind + " " + called.describe() + " was interrupted", e);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(failure(kind, called, e));
        } finally {
            if (!interrupted) {
                Thread.interrupted(); // What it leaves behind is not for what this thread runs next.
            }
        }
        if (stage == null) {
            return failed(kind + " " + called.describe() + " returned null; it should return a stage of responses", null);
        }
        if (isDone(stage) && !stage.toCompletableFuture().isCompletedExceptionally()) {
            return stage;
        }
        CompletableFuture<List<Object>> told = new CompletableFuture<>();
        stage.whenComplete((responses, e) -> {
            if (e == null) {
                told.complete(responses);
            } else {
                told.completeExceptionally(failure(kind, called, e));
            }
        });
        return told;
    }

    /** Whether it is known to have its end. Only the class itself may be asked: a subclass may throw, as a minimal stage does. */
    static boolean isDone(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
    }

    static CompletionStage<List<Object>> failed(String what, Throwable cause) {
        return CompletableFuture.failedFuture(new BusException(Reason.HANDLER, what, cause));
    }

    private static BusException failure(String kind, WhiteboardService<?> called, Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof BusException known) {
            return known;
        }
        String hint = cause instanceof ClassCastException
                ? "; if both classes have one name, its bundle is wired to another revision of the types: refresh it"
                : "";
        String what = kind + " " + called.describe() + " failed: " + Described.of(cause) + hint;
        return new BusException(Reason.HANDLER, what, cause);
    }
}
