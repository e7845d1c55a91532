package org.slimta.bus.impl.exchange;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
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

    /**
     * Memory besides the frame: a heap full of waiting requests contains 320 bytes for each, with frames of 67 bytes.
     */
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
        this.frame = frame;
        this.weight = frame.weight() + header.weight() + OVERHEAD_BYTES;
        this.header = header;
        this.tx = header.tx();
        this.deadline = RequestDeadline.of(header, arrived);
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

    private long now() {
        return reception.context().now();
    }

    /** {@return the memory that it uses until it has ended, in bytes} */
    public final long weight() {
        return weight;
    }

    /** The request has ended without a reply, since its client is gone. Called at most once, in place of {@link #reply}. */
    protected void forgotten() {}

    /** Ends it because its client is gone, and drops the frame. Returns false if it had already ended. */
    final boolean forget() {
        if (!progress.end()) {
            return false;
        }
        frame = null;
        forgotten();
        return true;
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
        long now = now();
        if (deadline.hasPassed(now)) {
            refuse(expired(now));
            return null;
        }
        try {
            Decoder<Q> decoder = codecs == null
                    ? reception.context().coder().decoderNow(reception.requestType())
                    : reception.context().coder().decoder(reception.requestType(), codecs.request());
            if (decoder == null) {
                decoder = reception
                        .context()
                        .coder()
                        .decoder(reception.requestType())
                        .get();
                now = now();
                if (deadline.hasPassed(now)) {
                    refuse(expired(now));
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
            return new UnansweredTransaction<>(
                    decoded, header.headers(), peer(), deadline.time(), reception.failures(), this);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (BusException e) {
            refuse(reception.failures().at(peer().name(), e));
            return null;
        }
    }

    private BusException expired(long now) {
        return failure(Reason.EXPIRED, deadline.describePassed(now), null);
    }

    /** {@return how long the current thread has worked on it, in nanoseconds; -1 if another thread has received it} */
    public final long receiverNanos() {
        return receiver == Thread.currentThread() ? now() - received : -1;
    }

    @Override
    public boolean isOver() {
        return progress.isEnded() || endIfPeerGone();
    }

    /** Not every carrier reports that a client has gone: the request ends when that is noticed, or it would never end. */
    private boolean endIfPeerGone() {
        if (!isPeerGone()) {
            return false;
        }
        reception.forget(this);
        return true;
    }

    @Override
    public long arrived() {
        return arrived;
    }

    private BusException failure(Reason reason, String what, Throwable cause) {
        return reception.failures().of(reason, peer().name(), what, cause);
    }

    @Override
    public void respond(List<R> responses, Headers with) throws BusException {
        Headers headers = isNumbered() ? with : Headers.none();
        if (reception.context().threads().isWorkerThread()) {
            respondWithoutWaiting(responses, headers);
            return;
        }
        OutgoingFrame encoded;
        try {
            encoded = reception.context().coder().encode(Envelope.RESPONSES, headers, responses, fallback);
        } catch (BusException e) {
            throw endWith(at(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw endWith(failure(Reason.NO_CODEC, "the thread was interrupted while it waited for a codec", e));
        }
        respond(encoded);
    }

    /** A thread of a bus must not wait: if a codec is missing, the responses are sent when it has arrived. */
    private void respondWithoutWaiting(List<R> responses, Headers headers) throws BusException {
        CompletableFuture<OutgoingFrame> encoding = reception
                .context()
                .coder()
                .encodeAsync(
                        Envelope.RESPONSES,
                        headers,
                        responses,
                        fallback,
                        reception.threads().responses());
        if (!encoding.isDone()) {
            encoding.whenComplete(this::respondLater);
            return;
        }
        try {
            respond(encoding.join());
        } catch (CompletionException e) {
            throw endWith(at(asBusException(e.getCause())));
        }
    }

    private void respondLater(OutgoingFrame encoded, Throwable failure) {
        if (failure != null) {
            fail(answered(at(asBusException(failure))));
            return;
        }
        try {
            respond(encoded);
        } catch (BusException e) {
            reception.warn(e); // sendResponse() has already returned without an exception.
        }
    }

    private static BusException asBusException(Throwable failure) {
        return failure instanceof BusException known
                ? known
                : new BusException(Reason.CODEC, String.valueOf(failure), failure);
    }

    private BusException at(BusException found) {
        return reception.failures().at(peer().name(), found);
    }

    /** The failure of responses that exist, so the requests were processed. */
    private static BusException answered(BusException failure) {
        return Failures.with(Outcome.PROCESSED, failure);
    }

    private void respond(OutgoingFrame encoded) throws BusException {
        FrameEncoder encoder;
        try {
            encoder = reception.context().encoder(encoded);
        } catch (BusException e) {
            throw endWith(at(e));
        }
        if (isOver() || !progress.end()) {
            reception.inbox().settled(this);
            throw lateFailure();
        }
        response = encoder;
        reception.meter().answered(arrived);
        settle(this);
    }

    private BusException lateFailure() {
        BusException why = progress.endedBy();
        return why != null
                ? new BusException(why.reason(), why.outcome(), why.getMessage(), why)
                : failure(Reason.CLOSED, "the connection was closed before the request was answered", null);
    }

    private BusException endWith(BusException found) {
        BusException failure = answered(found);
        if (progress.end()) {
            reception.count(failure);
            replyFailure(failure);
        }
        return failure;
    }

    @Override
    public void fail(BusException failure) {
        fail(failure, Headers.none());
    }

    @Override
    public void fail(BusException found, Headers headers) {
        BusException failure = progress.endWith(found);
        if (failure != null) {
            reception.failed(failure, isNumbered());
            replyFailure(failure, headers);
        }
    }

    @Override
    public void abandon(BusException failure) {
        if (!isNumbered() || !returnToClient()) {
            endRefused(failure);
        }
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

    @Override
    public void refuse(BusException failure) {
        endRefused(Failures.with(Outcome.NOT_PROCESSED, failure)); // Even if it was decoded, no receiver has it.
    }

    private void endRefused(BusException found) {
        BusException failure = progress.endWith(found);
        if (failure != null) {
            reception.refused(failure);
            replyFailure(failure);
        }
    }

    private void replyFailure(BusException failure) {
        replyFailure(failure, Headers.none());
    }

    private void replyFailure(BusException failure, Headers headers) {
        frame = null;
        settle(isNumbered() ? reception.failureFrame(tx, failure, headers) : null);
    }

    private void settle(OutboundFrame frameOrNull) {
        try {
            reply(frameOrNull);
        } finally {
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
        BusException reported = answered(at(failure));
        reception.refused(reported);
        replaceReply(isNumbered() ? reception.failureFrame(tx, reported, Headers.none()) : null);
    }
}
