package org.slimta.bus.impl.transaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.text.BoundedCause;
import org.slimta.bus.impl.text.Described;

/**
 * A transaction that can be answered once, with one response for each request.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class UnansweredTransaction<Q, R> extends ForwardableBatch<Q> implements ServerTransaction<Q, R> {

    /**
     * Carries the response to the client. Each transaction calls {@code respond} or {@code respondFailure}, once; and
     * {@code respondFailure} after a {@code respond} that has thrown something else than a BusException.
     *
     * @param <R> type of the responses
     */
    public interface ReplyTo<R> {

        /**
         * Carries responses.
         *
         * @param responses one for each request
         * @param headers the headers of the response
         * @throws BusException if that is not possible; then the transaction has failed
         */
        void respond(List<R> responses, Headers headers) throws BusException;

        /**
         * Carries a failure of the receiver.
         *
         * @param failure the failure
         * @param headers the headers of the failure
         */
        void respondFailure(BusException failure, Headers headers);

        /** {@return a future that completes when the client does not wait any more; always the same} */
        CompletableFuture<Void> cancelled();
    }

    /** The deadline of a client that has not reported how long it waits. */
    public static final long NO_DEADLINE = Long.MIN_VALUE;

    private static final VarHandle ANSWERED = answered();

    private final List<Q> requests;
    private final Headers headers;
    private final Peer peer;
    private final long deadline;
    private final Failures failures;
    private final ReplyTo<R> replyTo;
    private volatile boolean answered;

    /**
     * Creates a transaction that is not answered.
     *
     * @param requests the requests of the client
     * @param headers their headers
     * @param peer the client
     * @param deadline until when the client waits, a time of {@link System#nanoTime()}, or {@link #NO_DEADLINE}
     * @param failures the failures of the server
     * @param replyTo carries the response to the client
     */
    public UnansweredTransaction(
            List<Q> requests, Headers headers, Peer peer, long deadline, Failures failures, ReplyTo<R> replyTo) {
        this.requests = requests;
        this.headers = headers;
        this.peer = peer;
        this.deadline = deadline;
        this.failures = failures;
        this.replyTo = replyTo;
    }

    private static VarHandle answered() {
        try {
            return MethodHandles.lookup().findVarHandle(UnansweredTransaction.class, "answered", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public List<Q> requests() {
        return requests;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public Duration timeLeft() {
        return deadline == NO_DEADLINE ? null : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    @Override
    public CompletionStage<Void> cancelled() {
        return replyTo.cancelled().copy();
    }

    /**
     * Runs an action when the client of a batch does not wait any more.
     *
     * @param batch the batch, which may be code of users
     * @param action the action, on a thread of the bus or on this one; may block
     */
    public static void whenCancelled(RequestBatch<?> batch, Runnable action) {
        CompletionStage<Void> cancelled =
                batch instanceof UnansweredTransaction<?, ?> own ? own.replyTo.cancelled() : batch.cancelled();
        cancelled.thenRun(action);
    }

    @Override
    public void sendResponse(List<? extends R> responses) throws BusException {
        sendResponse(responses, responseHeaders());
    }

    @Override
    public void sendResponse(List<? extends R> responses, Headers with) throws BusException {
        Objects.requireNonNull(with, "headers");
        List<R> copy = List.copyOf(responses);
        if (copy.size() != requests.size() && !answered) {
            throw failures.of(
                    Reason.MISMATCH,
                    peer.name(),
                    copy.size() + " responses to " + requests.size() + " requests; there must be one for each. The"
                            + " transaction is still open",
                    null);
        }
        claim();
        try {
            replyTo.respond(copy, with);
        } catch (RuntimeException | Error e) {
            // Nothing else can answer it now: its client would wait until its deadline.
            replyTo.respondFailure(
                    failures.of(
                            Reason.CODEC,
                            Outcome.PROCESSED,
                            peer.name(),
                            "the responses could not be sent: " + Described.of(e),
                            BoundedCause.of(e)),
                    Headers.none());
            throw e;
        }
    }

    @Override
    public void fail(Reason reason, String message) {
        fail(reason, Outcome.UNKNOWN, message);
    }

    @Override
    public void fail(Reason reason, Outcome outcome, String message) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(message, "message");
        claim();
        replyTo.respondFailure(failures.of(reason, outcome, peer.name(), message, null), responseHeaders());
    }

    /** Returns the failure of a transaction that had ended before its receiver had it. */
    BusException tooLate() {
        return failures.of(Reason.CLOSED, peer.name(), "the transaction had ended before it was received", null);
    }

    private void claim() {
        if (!ANSWERED.compareAndSet(this, false, true)) {
            throw new IllegalStateException("the transaction with " + peer.name() + " was answered before");
        }
    }
}
