package org.slimta.bus.impl.local;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.UnansweredTransaction;

/** Requests on their way through a local bus, and the way back for their responses. */
final class LocalArrival<Q, R> extends Arrival<Q, R> implements UnansweredTransaction.ReplyTo<R> {

    private enum State {
        /** No receiver has taken it. */
        WAITING,
        /** A receiver has taken it. */
        TAKEN,
        /** Its receiver has answered it, or failed it. */
        ANSWERED,
        /** Its transaction fails as one that was not processed, so no receiver gets it any more. */
        DROPPED
    }

    private static final VarHandle STATE = state();

    private final List<Q> requests;
    private final Headers headers;
    private final PendingTransaction<R> client;
    private final Failures failures;
    private volatile State state = State.WAITING;

    private static VarHandle state() {
        try {
            return MethodHandles.lookup().findVarHandle(LocalArrival.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    LocalArrival(List<Q> requests, Headers headers, PendingTransaction<R> client, Failures failures) {
        this.requests = requests;
        this.headers = headers;
        this.client = client;
        this.failures = failures;
    }

    @Override
    public ServerTransaction<Q, R> open(CodecPair codecs) {
        if (client.isDone() || !STATE.compareAndSet(this, State.WAITING, State.TAKEN)) {
            return null;
        }
        client.leaving();
        return observe(
                new UnansweredTransaction<>(requests, headers, LocalPeer.INSTANCE, client.deadline(), failures, this),
                client.limit().nanos() - client.nanosLeft());
    }

    @Override
    public BusObservers observers() {
        return client.observers();
    }

    /** Its transaction has ended at the client. */
    void clientEnded(Executor threads) {
        if (state == State.TAKEN) {
            setUnwanted(threads);
        }
    }

    boolean isDropped() {
        return state == State.DROPPED;
    }

    /** Keeps receivers from taking it. Returns whether none has taken it, and none will. */
    boolean drop() {
        return STATE.compareAndSet(this, State.WAITING, State.DROPPED) || state == State.DROPPED;
    }

    @Override
    public boolean isOver() {
        return client.isDone();
    }

    @Override
    public void respond(List<R> responses, Headers with) throws BusException {
        state = State.ANSWERED; // Before the transaction ends, which is no news for the receiver then.
        if (!client.succeed(responses, with)) {
            throw failures.of(
                    Reason.CLOSED,
                    LocalPeer.INSTANCE.name(),
                    "the transaction had already ended: its deadline passed, it was cancelled, or its client or server was"
                            + " closed",
                    null);
        }
    }

    @Override
    public void respondFailure(BusException failure, Headers with) {
        state = State.ANSWERED;
        client.failAsReported(failure, with);
    }

    @Override
    public CompletableFuture<Void> cancelled() {
        return whenUnwanted();
    }

    @Override
    public void fail(BusException failure) {
        client.fail(failure);
    }

    @Override
    public Peer peer() {
        return LocalPeer.INSTANCE;
    }

    @Override
    public long arrived() {
        return client.start();
    }

    @Override
    public void refuse(BusException failure) {
        client.fail(failure);
    }

    @Override
    public void abandon(BusException failure) {
        client.fail(failure);
    }
}
