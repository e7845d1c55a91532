package org.slimta.bus.impl.local;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.UnansweredTransaction;

/** Requests on their way through a local bus, and the way back for their responses. */
final class LocalArrival<Q, R> extends Arrival<Q, R> implements UnansweredTransaction.ReplyTo<R> {

    private final List<Q> requests;
    private final PendingTransaction<R> client;
    private final Failures failures;

    LocalArrival(List<Q> requests, PendingTransaction<R> client, Failures failures) {
        this.requests = requests;
        this.client = client;
        this.failures = failures;
    }

    @Override
    public ServerTransaction<Q, R> open(CodecPair codecs) {
        return client.isDone()
                ? null
                : new UnansweredTransaction<>(requests, LocalPeer.INSTANCE, client.deadline(), failures, this);
    }

    @Override
    public boolean isOver() {
        return client.isDone();
    }

    @Override
    public void respond(List<R> responses) throws BusException {
        if (!client.succeed(responses)) {
            throw failures.of(
                    Reason.CLOSED,
                    LocalPeer.INSTANCE.name(),
                    "the transaction had already ended: its deadline passed, or its client or server was closed",
                    null);
        }
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
