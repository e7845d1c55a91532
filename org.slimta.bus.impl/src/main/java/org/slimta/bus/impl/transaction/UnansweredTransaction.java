package org.slimta.bus.impl.transaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
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
     * Carries the response to the client. Each transaction calls one of its methods, once; and {@code fail} after
     * a {@code respond} that has thrown something else than a BusException.
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
         * Carries a failure.
         *
         * @param failure the failure
         * @param headers the headers of the failure
         */
        void fail(BusException failure, Headers headers);
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
            replyTo.fail(
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
        replyTo.fail(failures.of(reason, outcome, peer.name(), message, null), responseHeaders());
    }

    private void claim() {
        if (!ANSWERED.compareAndSet(this, false, true)) {
            throw new IllegalStateException("the transaction with " + peer.name() + " was answered before");
        }
    }
}
