package org.slimta.bus.impl.socket;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.ArrivedResponse;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.TimeLimit;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RootAttributes;

/** One transaction at a client: its frame, and who has it at the moment. */
final class ClientExchange<R> extends PendingTransaction<R> {

    /**
     * Who has it: a connection, one that is being opened for it, or those that wait.
     *
     * @param <R> type of the responses
     */
    interface Holder<R> {

        /** It has ended, and is not to be held any more. May be called for one that is not held any more. */
        void forget(ClientExchange<R> exchange);

        /**
         * Tells why it ends when its time is over, if it has certainly not been sent.
         *
         * @param within its time, for a person
         * @return the failure, or null if it may have been sent
         */
        default BusException overdue(String within) {
            return null;
        }
    }

    /** Above this size, in bytes, a transaction gets a connection of its own. Source: the wire page, part B. */
    static final int LARGE = 256 << 10;

    private final SocketClient<?, R> client;
    private final long tx;
    private final int requests;
    private FrameEncoder encoder;
    private volatile Holder<R> holder;
    private final AtomicLong sendRoom = new AtomicLong();

    ClientExchange(SocketClient<?, R> client, long tx, int requests, TimeLimit limit) {
        super(
                client.pending(),
                client.end().failures(),
                client.target(),
                limit,
                client.threads());
        this.client = client;
        this.tx = tx;
        this.requests = requests;
    }

    void encoded(FrameEncoder frame) {
        encoder = frame;
    }

    /** It holds so many bytes of what may be held for sending, until it has ended. */
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

    long tx() {
        return tx;
    }

    FrameEncoder encoder() {
        return encoder;
    }

    /** Whether it is too large to share a connection with others. */
    boolean isLarge() {
        return encoder.size() > LARGE;
    }

    /** Another one has it from now on. */
    void assign(Holder<R> to) {
        holder = to;
    }

    /** Whether that one has it, and it has not ended. */
    boolean isWith(Holder<R> one) {
        return holder == one && !isDone();
    }

    /** What goes into the root of its frame if it leaves now, and the server may keep the connection. */
    byte[] rootAttributes() {
        return RootAttributes.request(tx, TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanosLeft())));
    }

    void fail(Reason reason, String what, Throwable cause) {
        fail(client.end().failures().of(reason, client.target(), what, cause));
    }

    void failAt(BusException failure) {
        fail(client.end().failures().at(client.target(), failure));
    }

    @Override
    protected void ended() {
        Holder<R> last = holder;
        try {
            if (last != null) {
                last.forget(this);
            }
        } finally {
            releaseSendRoom();
        }
    }

    @Override
    protected BusException overdue() {
        Holder<R> last = holder;
        BusException unsent = last == null
                ? null
                : last.overdue(limit().toString());
        return unsent == null ? super.overdue() : unsent;
    }

    /** Brings the frame that the server answered with. */
    void answered(Frame frame, FrameHeader head) {
        answer(new Arrived(frame, head));
    }

    private enum Weight {
        /** Nobody has asked for it: it is its owner's, as its objects will be. */
        NOT_COUNTED,
        /** It counts for what the client holds. */
        COUNTED,
        /** It was unpacked, or given up. */
        DROPPED
    }

    private final class Arrived implements ArrivedResponse<R> {

        private final Frame frame;
        private final FrameHeader head;
        private final AtomicReference<Weight> weight = new AtomicReference<>(Weight.NOT_COUNTED);
        private volatile Decoder<R> decoder;

        Arrived(Frame frame, FrameHeader head) {
            this.frame = frame;
            this.head = head;
        }

        @Override
        public CompletableFuture<?> ready() {
            if (decoder == null) {
                decoder = client.end().coder().decoderNow(client.responseType());
            }
            return decoder != null
                    ? null
                    : client.end().coder().decoder(client.responseType()).thenAccept(found -> decoder = found);
        }

        @Override
        public void onWaiting() {
            if (weight.compareAndSet(Weight.NOT_COUNTED, Weight.COUNTED)) {
                client.arrived().add(frame.weight());
            }
        }

        @Override
        public void onDropped() {
            if (weight.getAndSet(Weight.DROPPED) == Weight.COUNTED) {
                client.arrived().add(-frame.weight());
            }
        }

        @Override
        public List<R> unpack() throws BusException {
            List<R> responses;
            try {
                responses = decoder.decode(Envelope.RESPONSES, frame, head);
            } catch (BusException e) {
                throw client.end().failures().at(client.target(), e);
            }
            if (responses.size() != requests) {
                throw client.end().failures()
                        .of(
                                Reason.MISMATCH,
                                client.target(),
                                "the server sent " + responses.size() + " responses to " + requests + " requests",
                                null);
            }
            return responses;
        }
    }
}
