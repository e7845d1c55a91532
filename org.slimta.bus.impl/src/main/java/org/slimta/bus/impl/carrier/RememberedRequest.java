package org.slimta.bus.impl.carrier;

import org.slimta.bus.impl.exchange.ClientRecord;
import org.slimta.bus.impl.exchange.ClientRecord.Answer;
import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/** A request of a client that may ask what became of it. Its reply is kept until the client has seen it. Thread-safe. */
final class RememberedRequest<Q, R> extends CarriedRequest<Q, R> implements ClientRecord.Entry {

    /** The memory of a request whose reply is kept, besides the reply. */
    private static final long OVERHEAD_BYTES = 400;

    private final Reception<Q, R> reception;
    private final GuardedSource source;
    private final ClientRecords<RememberedRequest<Q, R>> records;
    private final ClientRecord<RememberedRequest<Q, R>> record;
    private final long tx;
    private OutboundFrame reply; // Guarded by this. Null before it is answered, and when it is not kept any more.
    private boolean givenBack; // Guarded by this. Whether it has ended although no receiver had it.
    private boolean released; // Guarded by this. Whether its reply need not be kept.
    private volatile long keptBytes;
    private volatile long answeredAt = ClientRecord.UNANSWERED;

    /**
     * A request that has arrived.
     *
     * @param reception the server
     * @param source gets the reply
     * @param held the memory of requests that have not ended
     * @param records the records of all clients
     * @param record the record of its client
     * @param header the header of its frame
     * @param frame the frame
     */
    RememberedRequest(
            Reception<Q, R> reception,
            GuardedSource source,
            MemoryBudget.Account held,
            ClientRecords<RememberedRequest<Q, R>> records,
            ClientRecord<RememberedRequest<Q, R>> record,
            FrameHeader header,
            Frame frame) {
        super(reception, source, held, header, frame);
        this.reception = reception;
        this.source = source;
        this.records = records;
        this.record = record;
        this.tx = header.tx();
    }

    @Override
    public long tx() {
        return tx;
    }

    @Override
    protected void reply(OutboundFrame frame) {
        if (frame == null) { // The client sends it again, under another number; this one may arrive once more.
            synchronized (this) {
                givenBack = true;
            }
            keep(null, OVERHEAD_BYTES);
        } else {
            keep(frame, frame.encoder().weight() + OVERHEAD_BYTES);
        }
        super.reply(frame);
    }

    private void keep(OutboundFrame frame, long bytes) {
        synchronized (this) {
            answeredAt = reception.now();
            if (released) {
                return;
            }
            reply = frame;
            keptBytes = bytes;
        }
        records.kept(record, bytes);
    }

    @Override
    protected void cancelledWithoutReply() {
        super.cancelledWithoutReply();
        keep(null, OVERHEAD_BYTES); // So that it is not taken for a new one if it arrives once more.
    }

    @Override
    protected void replaceReply(OutboundFrame frame) {
        synchronized (this) {
            reply = reply == null ? null : frame;
        }
        super.replaceReply(frame);
    }

    /** The client asks what became of it. Called under the lock of the record; the reply is sent with {@link #replyAgain}. */
    synchronized Answer asked() {
        if (givenBack) {
            return Answer.UNKNOWN;
        }
        if (answeredAt == ClientRecord.UNANSWERED) {
            return Answer.WORKING;
        }
        if (reply == null) {
            return Answer.FORGOTTEN;
        }
        return Answer.REPLIED;
    }

    /** How long ago it arrived, in nanoseconds. */
    long age() {
        return reception.now() - arrived();
    }

    /** Sends the reply again, if it is still kept. */
    void replyAgain() {
        OutboundFrame again;
        synchronized (this) {
            again = reply;
        }
        if (again != null) {
            source.reply(again);
        }
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
        reception.forget(this);
    }
}
