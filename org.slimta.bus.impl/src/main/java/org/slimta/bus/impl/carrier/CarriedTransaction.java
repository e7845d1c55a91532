package org.slimta.bus.impl.carrier;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RootAttributes;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** A transaction of a client as its carrier sees it. Thread-safe. */
final class CarriedTransaction<R> implements OutboundRequest, FramedTransaction.Holder<R> {

    /** One of so many requests tells the server which responses have arrived. */
    private static final int SEEN_INTERVAL = 64;

    private final ClientContext<R> client;
    private final FramedTransaction<R> transaction;
    private final Carrier carrier;
    private final MemoryBudget.Account arriving;
    private final Runnable onEnded;
    private final long begun;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile boolean hasCarrier; // Since send() of the carrier has returned.
    private final AtomicReference<Response> lastResponse = new AtomicReference<>();

    /**
     * A transaction that is to be sent.
     *
     * @param client the client
     * @param transaction the transaction
     * @param carrier gets the transaction
     * @param arriving the memory of responses that arrive at the client
     * @param onEnded called once, when the carrier was told that the transaction has ended
     */
    CarriedTransaction(
            ClientContext<R> client,
            FramedTransaction<R> transaction,
            Carrier carrier,
            MemoryBudget.Account arriving,
            Runnable onEnded) {
        this.client = client;
        this.transaction = transaction;
        this.carrier = carrier;
        this.arriving = arriving;
        this.onEnded = onEnded;
        this.begun = client.exchange().now();
    }

    /** Gives it to the carrier, unless it has ended. */
    void send() {
        transaction.assign(this);
        if (isDone()) {
            onEnded.run(); // The carrier never had it.
            return;
        }
        try {
            carrier.send(this);
        } catch (Throwable e) {
            transaction.fail(Reason.CLOSED, "the carrier failed: " + Described.of(e), e);
        } finally {
            hasCarrier = true;
            reportEnd();
        }
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
    public long sendNanosLeft() {
        return Math.min(
                nanosLeft(),
                client.options().sendTimeout().toNanos() - (client.exchange().now() - begun));
    }

    @Override
    public boolean isDone() {
        return transaction.isDone();
    }

    @Override
    public void renew() {
        transaction.renew();
    }

    @Override
    public FrameBytes begin() {
        return mayBegin() ? bytes(RootAttributes.request(number(), transaction.ttl())) : null;
    }

    @Override
    public FrameBytes begin(long epoch) {
        if (!mayBegin()) {
            return null;
        }
        long tx = number();
        long seen = tx % SEEN_INTERVAL == 0 ? client.session().seen() : 0;
        return bytes(RootAttributes.request(tx, transaction.ttl(), epoch, seen));
    }

    private boolean mayBegin() {
        return !isDone() && nanosLeft() > 0 && transaction.beginSending();
    }

    private FrameBytes bytes(byte[] rootAttributes) {
        return new WholeFrame(transaction.frame(), rootAttributes, transaction::failAt);
    }

    @Override
    public FrameReceiver response() {
        Response next = new Response(number());
        next.previous = lastResponse.getAndSet(next);
        if (isDone()) {
            closeResponses(); // Whoever has ended it may not have seen this one.
        }
        return next;
    }

    @Override
    public void fail(Reason reason, String what, Throwable cause) {
        switch (reason) {
            case CONNECT, OVERLOADED, EXPIRED ->
                transaction.takeBack(); // With these the carrier says that it is certain.
            default -> {
                // What was sent may have been processed.
            }
        }
        transaction.fail(reason, what, cause);
    }

    @Override
    public void forget(FramedTransaction<R> ended) {
        closeResponses();
        reportEnd();
    }

    /**
     * Tells the carrier once that this has ended, and not before send() has returned. A thread that ends it in between sees
     * that send() has not returned, or send() sees afterwards that it has ended.
     */
    private void reportEnd() {
        if (hasCarrier && isDone() && hasEnded.compareAndSet(false, true)) {
            CarrierCalls.call("handle the end of a request (ended)", client.target(), () -> carrier.ended(this));
            onEnded.run();
        }
    }

    private void closeResponses() {
        for (Response each = lastResponse.get(); each != null; each = each.previous) {
            each.close();
        }
    }

    @Override
    public BusException overdue(String within) {
        return transaction.preventProcessing()
                ? client.failures().of(Reason.CONNECT, client.target(), "the request was not sent " + within, null)
                : null;
    }

    private final class Response extends FrameAssembly {

        private final long expected; // The number of the requests when it began to arrive.
        private volatile Response previous; // A server that was asked again may respond twice.

        Response(long expected) {
            super(client.options().limits(), client.memory(), arriving);
            this.expected = expected;
        }

        @Override
        void onFrame(Frame frame) {
            if (transaction.tx() != expected) {
                return; // The requests have another number meanwhile, since these were not processed.
            }
            FrameHeader header;
            try {
                header = client.exchange().coder().readHeader(frame);
            } catch (BusException e) {
                transaction.failAt(e);
                return;
            }
            if (header.envelope() == Envelope.RESPONSES && header.tx() == expected) {
                transaction.answered(frame, header);
            } else {
                transaction.fail(
                        Reason.MALFORMED,
                        "the response is <" + header.envelope().root() + "> with the number " + header.tx()
                                + "; it should be <responses> with the number " + expected,
                        null);
            }
        }

        @Override
        void onRejected(byte[] start, BusException failure) {
            if (transaction.tx() != expected) {
                return;
            }
            FrameHeader header =
                    start == null ? null : client.exchange().coder().readStart(start);
            transaction.responseRejected(header, failure);
        }

        @Override
        BusException excess(long frameBytes, long otherBytes) {
            long limit = client.memory().limit();
            if (frameBytes > limit) {
                return new BusException(
                        Reason.TOO_LARGE,
                        "the response is larger than memoryLimit (" + limit
                                + " bytes); raise it, or request less at once");
            }
            // As over connections, large responses may take the total to twice the limit. This one may have been
            // processed.
            return otherBytes + frameBytes <= 2 * limit
                    ? null
                    : new BusException(
                            Reason.CLOSED,
                            "the client holds " + otherBytes + " bytes, which leaves too little of memoryLimit ("
                                    + limit + " bytes) for this response; raise it, or send fewer requests at once");
        }
    }
}
