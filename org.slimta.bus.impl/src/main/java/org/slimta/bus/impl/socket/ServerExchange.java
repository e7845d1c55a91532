package org.slimta.bus.impl.socket;

import java.util.List;
import org.slimta.bus.api.Peer;
import org.slimta.bus.impl.exchange.ClientRecord;
import org.slimta.bus.impl.exchange.ClientRecord.Answer;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.FramedRequest;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * A request that arrived over a connection, and is answered over the same one; or over another one, if the first broke
 * and the client asks what became of it. Thread-safe.
 */
final class ServerExchange<Q, R> extends FramedRequest<Q, R> implements UnansweredRequests.Entry, ClientRecord.Entry {

    /** The connection of a request. The methods are called on any thread, and must not block. */
    interface Connection<Q, R> {

        Peer peer();

        boolean isOpen();

        /** Ends a request with a frame, or without one. */
        void reply(ServerExchange<Q, R> request, OutboundFrame frame);

        /** Sends a failure in place of responses that could not be sent; null ends the connection. */
        void replaceReply(OutboundFrame failure);

        /** Keeps a request out of the queue until its client has read more; returns false if that is not necessary. */
        boolean setAside(ServerExchange<Q, R> request);

        /** Returns what it remembers for questions of its client. */
        Memory memory();

        /** Sends a reply again that was sent, or was to be sent, over another connection. */
        void replyAgain(OutboundFrame reply);

        /**
         * A request of another connection is answered here from now on. Called on the event thread, under the lock of
         * the request.
         */
        void adopt(ServerExchange<Q, R> request);

        /** A request of this connection is answered over another one. Called under the lock of the request. */
        void giveAway(ServerExchange<Q, R> request);

        /** Called after the same, without the lock. */
        void onGivenAway();
    }

    /** What a connection remembers for questions of its client. The methods are called on any thread. */
    interface Memory {

        /** Returns the attributes of the root of a response that is sent now. */
        byte[] responseAttributes(long tx);

        /** Whether the client may have learned that it can ask: not before the first response was sent. */
        boolean isOffered();

        /** A reply is kept, in case the client asks for it. */
        void kept(long bytes);
    }

    /** The memory of a request whose response is kept, besides the response. */
    private static final long OVERHEAD_BYTES = 400;

    private final Reception<Q, R> reception;
    private final long tx;
    private final ClientRecord<ServerExchange<Q, R>> record; // Null if the client cannot ask.
    private volatile Connection<Q, R> connection; // Written under the lock of this.
    private OutboundFrame reply; // Guarded by this. Null before it is answered, and when it is not kept any more.
    private boolean dropped; // Guarded by this. Whether it has ended although no receiver had it.
    private boolean released; // Guarded by this. Whether its reply need not be kept.
    private long askedEpoch; // Guarded by this. The epoch of the last question about it.
    private volatile boolean abandoned; // Whether the client has not come back.
    private volatile long keptBytes;
    private volatile long answeredAt = ClientRecord.UNANSWERED;
    private int place;

    ServerExchange(
            Reception<Q, R> reception,
            Connection<Q, R> connection,
            ClientRecord<ServerExchange<Q, R>> record,
            FrameHeader header,
            Frame frame) {
        super(reception, header, frame);
        this.reception = reception;
        this.connection = connection;
        this.record = record;
        this.tx = header.tx();
    }

    @Override
    public long tx() {
        return tx;
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    protected boolean isPeerGone() {
        return !connection.isOpen(); // Whether it ends then is decided in endForgotten().
    }

    /**
     * A client that knows that it can ask comes back for the response to what is being processed. What no receiver had
     * is dropped, as the client sends it again; but not if the client has asked over another connection meanwhile.
     */
    @Override
    protected boolean endForgotten() {
        if (record == null || abandoned || !connection.memory().isOffered()) {
            answeredAt = reception.now();
            return super.endForgotten();
        }
        synchronized (this) {
            if (connection.isOpen() || !endUnreceived()) {
                return false;
            }
            dropped = true;
        }
        record.dropped(this);
        return true;
    }

    @Override
    protected void reply(OutboundFrame frame) {
        Connection<Q, R> to;
        long bytes = 0;
        boolean drops = record != null && frame == null;
        boolean asked;
        synchronized (this) {
            to = connection;
            asked = askedEpoch > 0;
            if (drops) {
                dropped = true;
            } else if (record != null && !released) {
                reply = frame;
                bytes = frame.encoder().weight() + OVERHEAD_BYTES;
                keptBytes = bytes;
                answeredAt = reception.now();
            }
        }
        if (drops) {
            record.dropped(this);
        }
        if (drops && asked) { // A drain says nothing of what the client has asked about.
            to.replyAgain(ControlFrame.of(ControlFrames.about("unknown", List.of(tx))));
        }
        to.reply(this, frame);
        if (bytes > 0) {
            to.memory().kept(bytes);
        }
    }

    @Override
    protected void cancelledWithoutReply() {
        Connection<Q, R> to;
        boolean counts;
        synchronized (this) {
            to = connection;
            counts = record != null && !released;
            keptBytes = counts ? OVERHEAD_BYTES : 0;
            answeredAt = reception.now();
        }
        to.reply(this, null);
        if (counts) {
            to.memory().kept(OVERHEAD_BYTES);
        }
    }

    @Override
    protected void replaceReply(OutboundFrame failure) {
        synchronized (this) {
            reply = reply == null ? null : failure;
        }
        connection.replaceReply(failure);
    }

    /**
     * The client asks about it over a connection: that gets the reply, now or later.
     *
     * @param other the connection
     * @param epoch the epoch of the question
     * @param later gets what is to be done without the lock of the record
     * @return the answer; {@code FORGOTTEN} if it has ended without a reply
     */
    Answer askedOver(Connection<Q, R> other, long epoch, List<Runnable> later) {
        Connection<Q, R> former;
        OutboundFrame again;
        synchronized (this) {
            if (dropped) {
                return Answer.UNKNOWN;
            }
            again = reply;
            if (again == null && answeredAt != ClientRecord.UNANSWERED) {
                return Answer.FORGOTTEN;
            }
            if (epoch <= askedEpoch) {
                return Answer.REPLIED;
            }
            askedEpoch = epoch;
            former = connection;
            connection = other;
            if (again == null && former != other) { // Under the lock: it may be answered at any moment.
                former.giveAway(this);
                other.adopt(this);
            }
        }
        if (again != null) {
            later.add(() -> other.replyAgain(again));
            return Answer.REPLIED;
        }
        if (former != other) {
            later.add(former::onGivenAway);
        }
        return Answer.WORKING;
    }

    @Override
    public byte[] begin() {
        return connection.memory().responseAttributes(tx);
    }

    @Override
    public long keptBytes() {
        return keptBytes;
    }

    @Override
    public long answeredAt() {
        return answeredAt;
    }

    @Override
    public synchronized long release() {
        long bytes = keptBytes;
        released = true;
        reply = null;
        keptBytes = 0;
        return bytes;
    }

    @Override
    public void abandon() {
        abandoned = true;
        reception.forget(this);
    }

    @Override
    public boolean setAside() {
        return connection.setAside(this);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void setPlace(int newPlace) {
        place = newPlace;
    }
}
