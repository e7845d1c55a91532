package org.slimta.bus.impl.carrier;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** A transaction of a client as its carrier sees it. Thread-safe. */
final class CarriedTransaction<R> implements OutboundRequest, FramedTransaction.Holder<R> {

    private final ClientContext<R> client;
    private final FramedTransaction<R> transaction;
    private final Carrier carrier;
    private final MemoryBudget.Account arriving;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile boolean hasBegun;
    private volatile Response response;

    CarriedTransaction(
            ClientContext<R> client, FramedTransaction<R> transaction, Carrier carrier, MemoryBudget.Account arriving) {
        this.client = client;
        this.transaction = transaction;
        this.carrier = carrier;
        this.arriving = arriving;
    }

    @Override
    public long number() {
        return transaction.tx();
    }

    @Override
    public long size() {
        return transaction.frame().size();
    }

    @Override
    public long nanosLeft() {
        return transaction.nanosLeft();
    }

    @Override
    public boolean isDone() {
        return transaction.isDone();
    }

    @Override
    public FrameBytes begin() {
        if (isDone() || nanosLeft() <= 0) {
            return null;
        }
        hasBegun = true;
        return new WholeFrame(transaction.frame(), transaction.rootAttributes(), transaction::failAt);
    }

    @Override
    public FrameReceiver response() {
        Response next = new Response();
        response = next;
        if (isDone()) {
            next.close();
        }
        return next;
    }

    @Override
    public void fail(Reason reason, String what, Throwable cause) {
        transaction.fail(reason, what, cause);
    }

    @Override
    public void forget(FramedTransaction<R> ended) {
        Response arrivingNow = response;
        if (arrivingNow != null) {
            arrivingNow.close();
        }
        if (hasEnded.compareAndSet(false, true)) {
            PeriodicCheck.safely(() -> carrier.ended(this));
        }
    }

    @Override
    public BusException overdue(String within) {
        return hasBegun
                ? null
                : client.failures().of(Reason.CONNECT, client.target(), "the request was not sent " + within, null);
    }

    private final class Response extends FrameAssembly {

        Response() {
            super(client.options().limits(), client.memory(), arriving);
        }

        @Override
        void onFrame(Frame frame) {
            FrameHeader header;
            try {
                header = client.exchange().coder().readHeader(frame);
            } catch (BusException e) {
                transaction.failAt(e);
                return;
            }
            if (header.envelope() == Envelope.RESPONSES && header.tx() == transaction.tx()) {
                transaction.answered(frame, header);
            } else {
                transaction.fail(
                        Reason.MALFORMED,
                        "the response is <" + header.envelope().root() + "> with the number " + header.tx()
                                + "; it should be <responses> with the number " + transaction.tx(),
                        null);
            }
        }

        @Override
        void onRejected(byte[] start, BusException failure) {
            transaction.failAt(failure);
        }

        @Override
        BusException excess(long frameBytes) {
            return frameBytes <= client.memory().limit()
                    ? null
                    : new BusException(
                            Reason.TOO_LARGE,
                            "the response is larger than memoryLimit (" + client.memory().limit() + " bytes)");
        }
    }
}
