package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.UnansweredTransaction;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * One transaction at a server: its frame waits in the queue, is decoded by the thread that receives it, and answered over the
 * connection it came from. A failure is told if the client has given the transaction a number; else by closing the
 * connection, since such a client understands nothing else.
 */
final class ServerExchange<Q, R> extends Arrival<Q, R>
        implements UnansweredTransaction.ReplyTo<R>, OutboundFrame, UnansweredRequests.Entry {

    private enum State {
        /** No thread has received it: nothing is lost if it is given back. */
        WAITING,
        /** It is being worked on. */
        OPEN,
        /** It was answered, or failed, or was given back. */
        ENDED
    }

    /** What it takes beside its frame, as a heap full of waiting ones shows: 320 bytes in all, with a frame of 67 bytes. */
    private static final int OVERHEAD = 96;

    private final SocketServer<Q, R> server;
    private final ServerConnection<Q, R> connection;
    private final FrameHeader head;
    private final long tx;
    private final long arrived;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final long weight;
    private volatile Frame frame;
    private volatile Thread receiver;
    private volatile long received;
    private volatile XmlCodec<?> former;

    /** Why it ended, if that was not for what its handler did. */
    private volatile BusException ending;

    private int place;
    private FrameEncoder response;

    ServerExchange(SocketServer<Q, R> server, ServerConnection<Q, R> connection, FrameHeader head, Frame frame) {
        this.server = server;
        this.connection = connection;
        this.arrived = server.end().threads().now();
        this.frame = frame;
        this.weight = frame.weight() + OVERHEAD;
        this.head = head;
        this.tx = head.tx();
        this.deadline = head.ttl() == FrameHeader.NO_TTL
                ? UnansweredTransaction.NO_DEADLINE
                : arrived + TimeUnit.MILLISECONDS.toNanos(Math.min(head.ttl(), TimeUnit.DAYS.toMillis(365)));
    }

    private long now() {
        return server.end().threads().now();
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void setPlace(int newPlace) {
        place = newPlace;
    }

    /** How much memory it takes until it is answered, in bytes. */
    long weight() {
        return weight;
    }

    /**
     * Its client is gone: what has not been received is not kept.
     *
     * @return whether it had not ended before
     */
    boolean forget() {
        if (!end()) {
            return false;
        }
        frame = null;
        return true;
    }

    /** Whether the client can be told anything but an answer. */
    boolean isNumbered() {
        return tx > 0;
    }

    @Override
    public ServerTransaction<Q, R> open(CodecPair codecs) throws InterruptedException {
        Frame requests = frame;
        if (requests == null || isOver()) {
            return null;
        }
        long now = now();
        if (isExpired(now)) {
            refuse(expired(now));
            return null;
        }
        try {
            Decoder<Q> decoder = codecs == null
                    ? server.end().coder().decoderNow(server.requestType())
                    : server.end().coder().decoder(server.requestType(), codecs.request());
            if (decoder == null) {
                decoder = server.end().coder().decoder(server.requestType()).get();
                now = now();
                if (isExpired(now)) {
                    refuse(expired(now));
                    return null;
                }
            }
            if (!state.compareAndSet(State.WAITING, State.OPEN)) {
                return null;
            }
            frame = null;
            former = codecs == null ? null : codecs.response();
            List<Q> decoded = decoder.decode(Envelope.REQUESTS, requests, head);
            receiver = Thread.currentThread();
            received = now;
            return new UnansweredTransaction<>(decoded, connection.peer(), deadline, server.end().failures(), this);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (BusException e) {
            refuse(server.end().failures().at(connection.peer().name(), e));
            return null;
        }
    }

    private boolean isExpired(long now) {
        return deadline != UnansweredTransaction.NO_DEADLINE && now - deadline > 0;
    }

    private BusException expired(long now) {
        return failure(
                Reason.EXPIRED,
                "the client's time was over " + TimeUnit.NANOSECONDS.toMillis(now - deadline)
                        + " ms before the request was received; it was not processed",
                null);
    }

    @Override
    public boolean setAside() {
        return connection.setAside(this);
    }

    /** How long the thread that received it has worked on it, in nanoseconds; or -1 if this is another thread. */
    long timeOfReceiver() {
        return receiver == Thread.currentThread() ? now() - received : -1;
    }

    @Override
    public boolean isOver() {
        return state.get() == State.ENDED || !connection.isOpen();
    }

    @Override
    public long arrived() {
        return arrived;
    }

    BusException failure(Reason reason, String what, Throwable cause) {
        return server.end().failures().of(reason, connection.peer().name(), what, cause);
    }

    @Override
    public void respond(List<R> responses) throws BusException {
        if (server.end().threads().isOwn()) {
            respondWithoutWaiting(responses);
            return;
        }
        OutgoingFrame encoded;
        try {
            encoded = server.end().coder().encode(Envelope.RESPONSES, responses, former);
        } catch (BusException e) {
            throw tell(at(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tell(failure(Reason.NO_CODEC, "the thread was interrupted while it waited for a codec", e));
        }
        respond(encoded);
    }

    /** A thread of a bus has others to serve: if a codec is missing, the responses follow when it has come. */
    private void respondWithoutWaiting(List<R> responses) throws BusException {
        CompletableFuture<OutgoingFrame> encoding = server.end().coder()
                .encodeAsync(Envelope.RESPONSES, responses, former, server.threads().responses());
        if (!encoding.isDone()) {
            encoding.whenComplete(this::respondLater);
            return;
        }
        try {
            respond(encoding.join());
        } catch (CompletionException e) {
            throw tell(at(known(e.getCause())));
        }
    }

    private void respondLater(OutgoingFrame encoded, Throwable failure) {
        if (failure != null) {
            fail(at(known(failure)));
            return;
        }
        try {
            respond(encoded);
        } catch (BusException e) {
            server.warn(e); // Whoever answered it has been told that all is well.
        }
    }

    private static BusException known(Throwable failure) {
        return failure instanceof BusException known ? known : new BusException(Reason.CODEC, String.valueOf(failure), failure);
    }

    private BusException at(BusException found) {
        return server.end().failures().at(connection.peer().name(), found);
    }

    private void respond(OutgoingFrame encoded) throws BusException {
        FrameEncoder encoder;
        try {
            encoder = new FrameEncoder(encoded, server.end().limits());
            if (encoder.mayBlock() && encoder.size() <= ServerConnection.LARGE) {
                encoder.load();
            }
        } catch (BusException e) {
            throw tell(at(e));
        }
        if (isOver() || !end()) {
            server.inbox().settled(this);
            throw late();
        }
        response = encoder;
        server.meter().answered(arrived);
        settle(this);
    }

    private BusException late() {
        BusException why = ending;
        return why != null
                ? new BusException(why.reason(), why.getMessage(), why)
                : failure(Reason.CLOSED, "the connection was closed before it was answered", null);
    }

    private BusException tell(BusException failure) {
        if (end()) {
            server.meter().failed(failure.reason());
            tellClient(failure);
        }
        return failure;
    }

    @Override
    public void fail(BusException failure) {
        if (endFor(failure)) {
            server.failed(failure, isNumbered());
            tellClient(failure);
        }
    }

    @Override
    public void abandon(BusException failure) {
        if (!isNumbered() || !giveBack()) {
            refuse(failure);
        }
    }

    /** Whoever answers it later is told why that is too late. */
    private boolean endFor(BusException failure) {
        if (state.get() == State.ENDED) {
            return false;
        }
        ending = failure;
        return end();
    }

    /** Fails it if it has not been answered in time. */
    void failIfOlder(Duration processingTimeout) {
        if (now() - arrived > processingTimeout.toNanos()) {
            fail(failure(Reason.TIMEOUT, "no answer within " + processingTimeout.toMillis() + " ms (processingTimeout)", null));
        }
    }

    private boolean end() {
        return state.getAndSet(State.ENDED) != State.ENDED;
    }

    /**
     * Ends it as if it had never come: the client may send it elsewhere.
     *
     * @return whether that is possible: not if it has been received
     */
    boolean giveBack() {
        if (!state.compareAndSet(State.WAITING, State.ENDED)) {
            return false;
        }
        frame = null;
        settle(null);
        return true;
    }

    @Override
    public void refuse(BusException failure) {
        if (endFor(failure)) {
            server.refused(failure);
            tellClient(failure);
        }
    }

    private void tellClient(BusException failure) {
        frame = null;
        settle(isNumbered() ? ControlFrame.of(ControlFrames.failure(tx, failure)) : null);
    }

    private void settle(OutboundFrame answer) {
        connection.answer(this, answer);
        server.inbox().settled(this);
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
        BusException told = server.end().failures().at(connection.peer().name(), failure);
        server.refused(told);
        if (isNumbered()) {
            connection.tell(ControlFrame.of(ControlFrames.failure(tx, told)));
        } else {
            connection.close();
        }
    }
}
