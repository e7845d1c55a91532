package org.slimta.bus.impl.transaction;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;

/**
 * A transaction that is answered once, with one response for each request.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class OpenTransaction<Q, R> implements ServerTransaction<Q, R> {

    /**
     * Carries the answer to the client. Each transaction calls one of its methods, once.
     *
     * @param <R> type of the responses
     */
    public interface ReplyTo<R> {

        /**
         * Carries responses.
         *
         * @param responses one for each request
         * @throws BusException if that is not possible; the transaction has failed then
         */
        void respond(List<R> responses) throws BusException;

        /**
         * Carries a failure.
         *
         * @param failure why it failed
         */
        void fail(BusException failure);
    }

    private final List<Q> requests;
    private final Peer peer;
    private final Failures failures;
    private final ReplyTo<R> replyTo;
    private final AtomicBoolean answered = new AtomicBoolean();

    public OpenTransaction(List<Q> requests, Peer peer, Failures failures, ReplyTo<R> replyTo) {
        this.requests = requests;
        this.peer = peer;
        this.failures = failures;
        this.replyTo = replyTo;
    }

    @Override
    public List<Q> requests() {
        return requests;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void sendResponse(List<? extends R> responses) throws BusException {
        List<R> copy = List.copyOf(responses);
        if (copy.size() != requests.size() && !answered.get()) {
            throw failures.of(
                    Reason.MISMATCH,
                    peer.name(),
                    copy.size() + " responses to " + requests.size() + " requests; there must be one for each. The"
                            + " transaction is still open",
                    null);
        }
        claim();
        replyTo.respond(copy);
    }

    @Override
    public void fail(Reason reason, String message) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        claim();
        replyTo.fail(failures.of(reason, peer.name(), message, null));
    }

    private void claim() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("the transaction with " + peer.name() + " was answered before");
        }
    }
}
