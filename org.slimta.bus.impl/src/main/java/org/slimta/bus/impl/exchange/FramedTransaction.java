package org.slimta.bus.impl.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.TimeLimit;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * One transaction of a client whose requests are a frame. Its holder is the part of the carrier that is currently
 * responsible for it. Thread-safe.
 *
 * @param <R> type of the responses
 */
public final class FramedTransaction<R> extends PendingTransaction<R> implements ClientSession.Numbered {

    /**
     * The part of a carrier that is responsible for a transaction: a connection, for example, or a queue of
     * transactions that wait for one.
     *
     * @param <R> type of the responses
     */
    public interface Holder<R> {

        /**
         * Drops a transaction, because it has ended. Must not block.
         *
         * @param transaction a transaction that this holder has or had
         */
        void forget(FramedTransaction<R> transaction);

        /**
         * Returns the failure of a transaction whose deadline has passed, if it was certainly not sent.
         *
         * @param within the time that it had, for the message
         * @return the failure, or null if it may have been sent
         */
        default BusException overdue(String within) {
            return null;
        }
    }

    /** The way of a transaction to one of several servers. The methods are called on any thread, and must not block. */
    public interface Route {

        /** {@return the server that the transaction was given to last, for messages} */
        String target();

        /** The transaction has ended. May be called more than once. */
        void ended();
    }

    private enum Progress {
        /** It was not sent, or it is certain that the server that it was sent to has not processed it, and will not. */
        UNSENT,
        /** It is being sent, or was. */
        SENT,
        /** It fails as one that was not processed, so it must not be sent. */
        UNSENDABLE
    }

    private static final VarHandle PROGRESS = progress();

    private final ClientContext<R> client;
    private final int requestCount;
    private final AtomicLong sendRoom = new AtomicLong();
    private FrameEncoder frame;
    private Decoder<R> decoder; // Null before it is sent, after it has ended, or if there was no codec.
    private volatile long tx = ClientSession.NO_NUMBER;
    private volatile String askedServer; // Null unless its connection broke, and its server is asked.
    private volatile long brokenAt;
    private volatile Holder<R> holder;
    private volatile Route route; // Null if the client has one server.
    private volatile Progress progress = Progress.UNSENT;

    private static VarHandle progress() {
        try {
            return MethodHandles.lookup().findVarHandle(FramedTransaction.class, "progress", Progress.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    FramedTransaction(ClientContext<R> client, int requestCount, TimeLimit limit) {
        super(client.pending(), client.failures(), client.target(), limit, client.threads());
        this.client = client;
        this.requestCount = requestCount;
    }

    void setFrame(FrameEncoder newFrame) {
        frame = newFrame;
    }

    /** Its responses are read with the codec that is there when it is sent: that one may leave, and another may come. */
    void setDecoder(Decoder<R> newDecoder) {
        decoder = newDecoder;
    }

    /** Reserves room for sending, in bytes, until this transaction has ended. */
    void holdSendRoom(long bytes) {
        sendRoom.set(bytes);
        if (isDone()) {
            releaseSendRoom();
        }
    }

    private void releaseSendRoom() {
        long bytes = sendRoom.getAndSet(0);
        if (bytes > 0) {
            client.sendRoom().release(bytes);
        }
    }

    /** Gives it a number, or a new one: under the former one it was not processed and will not be. */
    void number() {
        tx = ClientSession.BEING_NUMBERED; // Before the number is given away: see ClientSession.seen().
        tx = client.session().newNumber();
    }

    /** {@return its number, 1 or more, unique among the transactions of its client; less while it has none} */
    @Override
    public long tx() {
        return tx;
    }

    /**
     * Its connection broke after it was sent: its server must be asked what became of it before anything else happens.
     *
     * @param server the identity of the server that it was sent to
     */
    public void ask(String server) {
        brokenAt = client.exchange().now();
        askedServer = server;
    }

    /** {@return the identity of the server that must be asked what became of it; null if none must} */
    public String askedServer() {
        return askedServer;
    }

    /** {@return whether its server must be asked what became of it} */
    public boolean isAsking() {
        return askedServer != null;
    }

    /** {@return whether it uses a connection alone; a question is small, whatever it is about} */
    public boolean needsOwnConnection() {
        return isLarge() && !isAsking();
    }

    /** {@return when its connection broke, if its server must be asked; a time in nanoseconds} */
    public long brokenAt() {
        return brokenAt;
    }

    /** It was not processed, and never will be under its number: it may be sent again, with a new one. */
    public void renew() {
        takeBack();
        askedServer = null;
        number();
    }

    /** {@return the frame of its requests; always the same object} */
    public FrameEncoder frame() {
        return frame;
    }

    /** {@return whether its frame is too large to share a connection with others} */
    public boolean isLarge() {
        return frame.size() > ExchangeContext.LARGE_FRAME_BYTES;
    }

    /**
     * Makes another part of the carrier responsible.
     *
     * @param newHolder is notified when the transaction has ended
     */
    public void assign(Holder<R> newHolder) {
        holder = newHolder;
    }

    /**
     * Tells whether a part of the carrier is responsible for it.
     *
     * @param one the part of the carrier
     * @return whether that part is responsible and the transaction has not ended
     */
    public boolean isHeldBy(Holder<R> one) {
        return holder == one && !isDone();
    }

    /** {@return the time that its client will still wait, in milliseconds, 0 or more} */
    public long ttl() {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanosLeft()));
    }

    /**
     * Sets its way to one of several servers.
     *
     * @param newRoute is notified when the transaction has ended; at once if it has ended before
     */
    public void setRoute(Route newRoute) {
        route = newRoute;
        if (isDone()) {
            newRoute.ended();
        }
    }

    /** {@return its way to one of several servers; null if it has none} */
    public Route route() {
        return route;
    }

    @Override
    protected String peer() {
        Route current = route;
        return current == null ? client.target() : current.target();
    }

    /**
     * Its holder is about to send it, completely or in part. May be called again, for a second server.
     *
     * @return whether it may be sent; if not, it fails as one that was not processed
     */
    public boolean beginSending() {
        if (PROGRESS.compareAndSet(this, Progress.UNSENT, Progress.SENT)) {
            leaving();
            return true;
        }
        return progress == Progress.SENT;
    }

    /**
     * It is certain now that the server that it was sent to has not processed it, and will not: it may be sent
     * elsewhere, and if it fails, it was not processed.
     */
    public void takeBack() {
        PROGRESS.compareAndSet(this, Progress.SENT, Progress.UNSENT);
    }

    @Override
    public boolean preventProcessing() {
        return PROGRESS.compareAndSet(this, Progress.UNSENT, Progress.UNSENDABLE) || progress == Progress.UNSENDABLE;
    }

    /**
     * Fails it.
     *
     * @param reason the reason
     * @param what what happened; the message also names the bus and the server
     * @param cause the cause, or null
     */
    public void fail(Reason reason, String what, Throwable cause) {
        fail(client.failures().of(reason, peer(), what, cause));
    }

    /**
     * Fails it because of a failure from a lower room, which knows neither the bus nor the server.
     *
     * @param found the failure
     */
    public void failAt(BusException found) {
        fail(client.failures().at(peer(), found));
    }

    @Override
    protected void ended(BusException failure) {
        Holder<R> last = holder;
        decoder = null; // A transaction that its user keeps must not keep the codec.
        try {
            if (last != null) {
                last.forget(this);
            }
        } finally {
            releaseSendRoom();
            Route current = route;
            if (current != null) {
                current.ended();
            }
        }
    }

    @Override
    protected BusException overdue() {
        Holder<R> last = isAsking() ? null : holder;
        BusException unsent = last == null ? null : last.overdue(limit().toString());
        return unsent == null ? super.overdue() : unsent;
    }

    /**
     * Ends it with the frame of its responses, or with the failure that the frame reports. Decodes nothing on this
     * thread.
     *
     * @param responses the frame
     * @param header the header of that frame
     */
    public void answered(Frame responses, FrameHeader header) {
        answer(new FrameResponse<>(client, requestCount, peer(), responses, header, decoder));
    }

    /**
     * Fails it because its response arrived and was rejected: it is over a limit, for example.
     *
     * @param header the header of the response; null if it is not known
     * @param found the failure
     */
    public void responseRejected(FrameHeader header, BusException found) {
        failAt(header != null && header.hasItems() ? Failures.with(Outcome.PROCESSED, found) : found);
    }
}
