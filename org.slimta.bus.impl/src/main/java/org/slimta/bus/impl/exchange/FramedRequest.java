package org.slimta.bus.impl.exchange;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.UnansweredTransaction;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * One transaction at a server whose requests came in a frame. The frame waits in the queue, the thread that receives it
 * decodes it, and the carrier takes the reply: one frame with the responses or a failure. There is no frame for a
 * request that is returned to its client, or that fails without a number: a client without numbers understands only
 * responses. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public abstract class FramedRequest<Q, R> extends Arrival<Q, R>
        implements UnansweredTransaction.ReplyTo<R>, OutboundFrame {

    /** Memory besides the frame: a waiting request with a frame of 67 bytes takes 320 bytes of the heap. */
    private static final int OVERHEAD_BYTES = 96;

    private final Reception<Q, R> reception;
    private final FrameHeader header;
    private final long tx;
    private final long arrived;
    private final RequestDeadline deadline;
    private final RequestProgress progress = new RequestProgress();
    private final long weight;
    private volatile Frame frame;
    private volatile Thread receiver;
    private volatile long received;
    private volatile XmlCodec<?> fallback;

    private FrameEncoder response;

    /**
     * Creates a request that has just arrived.
     *
     * @param reception the server
     * @param header the header of the frame
     * @param frame the frame
     */
    protected FramedRequest(Reception<Q, R> reception, FrameHeader header, Frame frame) {
        this.reception = reception;
        this.arrived = reception.context().now();
        this.deadline = RequestDeadline.of(header, arrived);
        this.frame = frame;
        this.weight = frame.weight() + header.weight() + OVERHEAD_BYTES;
        this.header = header;
        this.tx = header.tx();
    }

    /**
     * Tells whether the client can receive nothing more. Does not block.
     *
     * @return for example, whether its connection is closed
     */
    protected abstract boolean isPeerGone();

    /**
     * Sends the reply. Called once, on any thread; must not block.
     *
     * @param frame the responses or a failure; null if the client must get no frame for this request
     */
    protected abstract void reply(OutboundFrame frame);

    /**
     * Sends a failure in place of responses that could not be sent. Called at most once, after {@link #reply}; must not
     * block.
     *
     * @param frame the failure; null if the client does not understand failures, so its connection has to end instead
     */
    protected abstract void replaceReply(OutboundFrame frame);

    /** {@return the memory that it uses until it has ended, in bytes} */
    public final long weight() {
        return weight;
    }

    /** The request has ended without a reply, since its client is gone. Called at most once, in place of {@link #reply}. */
    protected void forgotten() {}

    /**
     * The request has ended without a reply, since its client, which is still there, has cancelled it. Called at most
     * once, in place of {@link #reply}; must not block.
     */
    protected abstract void cancelledWithoutReply();

    /**
     * Its client has cancelled it: nobody waits for a response. If it waits in the queue it is dropped; if a receiver
     * works on it, that is told ({@link org.slimta.bus.api.RequestBatch#cancelled()}), and its late response is ignored
     * without an error. There is no reply. Called by the carrier, on any thread; does not block.
     *
     * @return whether it had not ended
     */
    public final boolean cancelByClient() {
        boolean waited = progress.cancelUnreceived();
        if (!waited && !progress.cancelReceived()) {
            return false;
        }
        frame = null;
        BusException failure = failure(Reason.CANCELLED, "the client has cancelled the transaction", null);
        reception.meter().failed(waited ? Failures.with(Outcome.NOT_PROCESSED, failure) : failure);
        observedEnd(failure);
        try {
            cancelledWithoutReply();
        } finally {
            if (waited) {
                reception.inbox().drop(this);
            } else {
                reception.inbox().settled(this);
                setUnwanted();
            }
        }
        return true;
    }

    private void setUnwanted() {
        setUnwanted(reception.threads().failures());
    }

    @Override
    public void checkDeadline(long now) {
        if (progress.isOpen() && deadline.hasPassed(now)) {
            setUnwanted();
        }
    }

    @Override
    public CompletableFuture<Void> cancelled() {
        checkDeadline(reception.now());
        return whenUnwanted();
    }

    /** Ends it because its client is gone, and drops the frame. Returns false if it had already ended. */
    final boolean forget() {
        if (!endForgotten()) {
            return false;
        }
        frame = null;
        forgotten();
        setUnwanted();
        return true;
    }

    /** {@return whether it has ended now, since its client is gone; false if it goes on, as the client may come back} */
    protected boolean endForgotten() {
        return progress.end();
    }

    /** {@return whether it has ended now, since no receiver has had it: it was not processed and never will be} */
    protected final boolean endUnreceived() {
        return progress.endUnreceived();
    }

    /** {@return whether the client has numbered it, so that failures can be reported to that client} */
    public final boolean isNumbered() {
        return tx > 0;
    }

    @Override
    public ServerTransaction<Q, R> open(CodecPair codecs) throws InterruptedException {
        Frame requests = frame;
        if (requests == null || isOver()) {
            return null;
        }
        long now = reception.now();
        if (refuseIfExpired(now)) {
            return null;
        }
        try {
            Decoder<Q> decoder = reception.decoderNow(codecs);
            if (decoder == null) {
                decoder = reception.awaitDecoder();
                now = reception.now();
                if (refuseIfExpired(now)) {
                    return null;
                }
            }
            if (!progress.open()) {
                return null;
            }
            frame = null;
            fallback = codecs == null ? null : codecs.response();
            List<Q> decoded = decoder.decode(Envelope.REQUESTS, requests, header);
            receiver = Thread.currentThread();
            received = now;
            UnansweredTransaction<Q, R> opened = new UnansweredTransaction<>(
                    decoded, header.headers(), peer(), deadline.time(), reception.failures(), this);
            return progress.isEnded() ? null : observe(opened, now - arrived);
        } catch (BusException e) {
            refuse(reception.failures().at(peer().name(), e));
            return null;
        }
    }

    private boolean refuseIfExpired(long now) {
        if (deadline.hasPassed(now)) {
            refuse(failure(Reason.EXPIRED, deadline.describePassed(now), null));
        }
        return deadline.hasPassed(now);
    }

    @Override
    public BusObservers observers() {
        return reception.observers();
    }

    /** {@return how long the current thread has worked on it, in nanoseconds; -1 if another thread has received it} */
    public final long receiverNanos() {
        return receiver == Thread.currentThread() ? reception.now() - received : -1;
    }

    @Override
    public boolean isOver() {
        if (!progress.isEnded() && isPeerGone()) {
            reception.forget(this); // Not every carrier reports that a client has gone: or it would never end.
        }
        return progress.isEnded();
    }

    @Override
    public long arrived() {
        return arrived;
    }

    private BusException failure(Reason reason, String what, Throwable cause) {
        return reception.failures().of(reason, peer().name(), what, cause);
    }

    @Override
    public void respond(List<R> responses, Headers headers) throws BusException {
        if (!progress.isCancelled()) {
            new ResponseEncoding(reception.context(), reception.threads().responses(), new Responses())
                    .encode(isNumbered() ? headers : Headers.none(), responses, fallback);
        }
    }

    /** What the encoding of the responses does with this. */
    private final class Responses implements ResponseEncoding.Request {

        @Override
        public void send(OutgoingFrame responses) throws BusException {
            respond(responses);
        }

        @Override
        public BusException cannotSend(BusException found) {
            return endWith(found);
        }

        @Override
        public void failLater(BusException found) {
            if (!endFailed(answered(found), Headers.none(), isNumbered())) {
                reception.warn(found);
            }
        }
    }

    /** The failure of responses that exist, so the requests were processed. */
    private BusException answered(BusException found) {
        return Failures.with(Outcome.PROCESSED, reception.failures().at(peer().name(), found));
    }

    private void respond(OutgoingFrame encoded) throws BusException {
        if (progress.isCancelled()) {
            return;
        }
        FrameEncoder encoder;
        try {
            encoder = reception.context().encoder(encoded);
        } catch (BusException e) {
            throw endWith(e);
        }
        if (isOver() || !progress.end()) {
            reception.inbox().settled(this);
            if (progress.isCancelled()) {
                return;
            }
            throw progress.lateFailure(
                    failure(Reason.CLOSED, "the connection was closed before the request was answered", null));
        }
        response = encoder;
        reception.meter().answered(arrived);
        observedEnd(null);
        settle(this);
    }

    private BusException endWith(BusException found) {
        BusException failure = answered(found);
        if (progress.end()) {
            reception.count(failure);
            replyFailure(failure, Headers.none());
        }
        return failure;
    }

    @Override
    public void respondFailure(BusException failure, Headers headers) {
        endFailed(failure, headers, isNumbered());
    }

    @Override
    public void fail(BusException failure) {
        if (endFailed(failure, Headers.none(), isNumbered())) {
            setUnwanted();
        }
    }

    @Override
    public void refuse(BusException failure) {
        BusException refused = Failures.with(Outcome.NOT_PROCESSED, failure); // Even if it was decoded.
        endFailed(refused, Headers.none(), false);
    }

    @Override
    public void abandon(BusException failure) {
        boolean returned = isNumbered() && returnToClient();
        if (!returned && endFailed(failure, Headers.none(), false)) {
            setUnwanted();
        }
    }

    /** Ends it with a failure, which is logged unless it is reported to where it belongs. */
    private boolean endFailed(BusException found, Headers headers, boolean reported) {
        BusException failure = progress.endWith(found);
        if (failure == null) {
            return false;
        }
        reception.failed(failure, reported);
        replyFailure(failure, headers);
        return true;
    }

    /**
     * Ends it as if it had never arrived: the client may send it elsewhere.
     *
     * @return whether that was possible; it is not possible after the request was received
     */
    public final boolean returnToClient() {
        if (!progress.endUnreceived()) {
            return false;
        }
        frame = null;
        settle(null);
        return true;
    }

    private void replyFailure(BusException failure, Headers headers) {
        frame = null;
        observedEnd(failure);
        settle(isNumbered() ? reception.failureFrame(tx, failure, headers) : null);
    }

    private void settle(OutboundFrame frameOrNull) {
        try {
            reply(frameOrNull);
        } finally {
            fallback = null; // If the reply is kept for its client, no class of a codec's bundle is kept with it,
            receiver = null; // and no thread.
            reception.inbox().settled(this); // A closing server waits for that.
        }
    }

    @Override
    public FrameEncoder encoder() {
        return response;
    }

    @Override
    public byte[] begin() {
        return RootAttributes.response(tx);
    }

    @Override
    public void failed(BusException failure) {
        BusException reported = answered(failure);
        reception.refused(reported);
        replaceReply(isNumbered() ? reception.failureFrame(tx, reported, Headers.none()) : null);
    }
}
