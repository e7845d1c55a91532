package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.TransferTimer;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.RejectedFrameException;
import org.slimta.bus.impl.wire.TlsPeerException;

/**
 * Decodes the frames that arrive on a connection. While reading is paused it keeps the bytes that have arrived already.
 * Called on the event thread of the connection unless a method says otherwise.
 */
final class FrameReader implements IncomingFrames {

    /** Where the bytes come from. */
    interface Source {

        /** Makes the socket be read, or not. */
        void setReading(boolean on);

        /** The memory, in bytes, of what has arrived at the source and was not handed over yet. */
        long bufferedBytes();

        /** The peer has said that it sends nothing more, and everything that it sent was read. */
        void onEnd();

        /** The memory of the connection, as the budget sees it. */
        MemoryHolder holder();

        /** The peer has begun a TLS handshake where frames are expected. It is refused after this. */
        default void onTlsPeer() {}
    }

    private final Source source;
    private final FrameConnection.Listener listener;
    private final MemoryBudget budget;
    private final MemoryBudget.Account account;
    private final ReadGate gate = new ReadGate(new Valve());
    private final LongSupplier clock;
    private final TransferTimer timer;
    private final ByteAccumulator leftover = new ByteAccumulator();
    private FrameDecoder decoder; // Null once what arrives is ignored for good.
    private boolean peerDone;
    private volatile boolean ignoring;
    private volatile long arrivingBytes;
    private volatile long lastRead;

    /**
     * Creates a reader that is not paused.
     *
     * @param source where the bytes come from
     * @param listener receives the frames
     * @param limits the limits of a frame
     * @param budget the memory of all connections of the bus
     * @param account counts the memory of this connection
     * @param clock gives the time, as {@link System#nanoTime()} does
     */
    FrameReader(
            Source source,
            FrameConnection.Listener listener,
            FrameLimits limits,
            MemoryBudget budget,
            MemoryBudget.Account account,
            LongSupplier clock) {
        this.clock = clock;
        this.timer = new TransferTimer(clock);
        this.lastRead = clock.getAsLong();
        this.source = source;
        this.listener = listener;
        this.budget = budget;
        this.account = account;
        this.decoder = new FrameDecoder(limits, budget::limit);
    }

    private final class Valve implements ReadGate.Switch {

        @Override
        public void catchUp() {
            timer.resume();
            if (!ignoring && !leftover.isEmpty()) {
                decode(leftover.bytes());
                accountAndThrottle();
            }
            if (peerDone && gate.isOpen()) {
                source.onEnd();
            }
        }

        @Override
        public void setReading(boolean on) {
            source.setReading(on);
        }
    }

    /** Notes that bytes have arrived. */
    void noteArrival() {
        lastRead = clock.getAsLong();
    }

    /**
     * Decodes bytes, or keeps them while reading is paused.
     *
     * @param bytes the bytes; they belong to the caller again when this returns
     */
    void take(ByteBuffer bytes) {
        if (ignoring) {
            return;
        }
        if (timer.hasBegun()) {
            timer.moved(bytes.remaining());
        }
        if (gate.isOpen()) {
            decode(bytes);
        } else {
            leftover.add(bytes);
        }
    }

    private void decode(ByteBuffer bytes) {
        while (!ignoring && gate.isOpen()) {
            Frame frame;
            try {
                frame = decoder.decode(bytes);
            } catch (RejectedFrameException e) {
                if (!handOver(e)) {
                    refuse(e);
                }
                continue;
            } catch (BusException e) {
                if (e instanceof TlsPeerException) {
                    source.onTlsPeer();
                }
                refuse(e);
                return;
            }
            if (frame != null) {
                timer.end();
                listener.onFrame(frame);
            } else if (bytes.hasRemaining()) {
                timer.end(); // Of a rejected frame, which ends here.
            } else {
                break;
            }
        }
        if (!ignoring) {
            keep(bytes);
            afterFrames();
        }
    }

    private void keep(ByteBuffer bytes) {
        if (bytes == leftover.bytes()) {
            leftover.trim();
        } else {
            leftover.add(bytes);
        }
    }

    private void afterFrames() {
        boolean midFrame = decoder.isMidFrame();
        if (!midFrame) {
            timer.end();
        } else if (!timer.hasBegun()) {
            timer.begin();
        }
        if (gate.isOpen()) {
            listener.onReadComplete(midFrame);
        }
    }

    private boolean handOver(RejectedFrameException rejected) {
        if (!listener.onRejectedFrame(rejected)) {
            return false;
        }
        if (!rejected.isSkipped()) {
            ignore();
        }
        return true;
    }

    /** Ignores what arrives from now on, and reports why. */
    void refuse(BusException failure) {
        ignore();
        listener.onBadFrame(failure);
    }

    @Override
    public boolean reject(BusException failure) {
        RejectedFrameException rejected = ignoring ? null : decoder.reject(failure);
        if (rejected == null || !handOver(rejected)) {
            return false;
        }
        accountAndThrottle();
        return true;
    }

    @Override
    public byte[] beginning() {
        return ignoring ? null : decoder.start();
    }

    @Override
    public boolean isSkipping() {
        return !ignoring && decoder.isSkipping();
    }

    /** Counts the memory of what has arrived of incomplete frames, and pauses reading if the budget is used up. */
    void accountAndThrottle() {
        if (ignoring) {
            return;
        }
        long now = decoder.held() + leftover.held() + source.bufferedBytes();
        if (now != arrivingBytes) {
            account.add(now - arrivingBytes);
            arrivingBytes = now;
            if (decoder.held() > budget.limit() && !reject(tooLarge())) {
                refuse(tooLarge()); // The limit was lowered after the frame had announced its size.
                return;
            }
        }
        if (!gate.isClosedFor(PauseReason.MEMORY)
                && budget.isUsedUpFor(source.holder().pendingBytes())) {
            pause(PauseReason.MEMORY);
            budget.resumeWhenThereIsRoom(source.holder());
        }
    }

    private BusException tooLarge() {
        return new BusException(
                Reason.TOO_LARGE, "the incoming frame is larger than memoryLimit (" + budget.limit() + " bytes)");
    }

    @Override
    public void pause(PauseReason reason) {
        gate.close(reason);
        timer.pause();
    }

    @Override
    public void resume(PauseReason reason) {
        gate.open(reason);
    }

    @Override
    public boolean isPaused() {
        return !gate.isOpen();
    }

    @Override
    public boolean isPausedFor(PauseReason reason) {
        return gate.isClosedFor(reason);
    }

    @Override
    public Set<PauseReason> pauseReasons() {
        return gate.reasons();
    }

    @Override
    public void expectFrame() {
        timer.begin();
    }

    @Override
    public boolean isArrivingFor(long nanos) {
        return timer.takesLongerThan(nanos);
    }

    /** Why reading is paused, if it is. Not to be changed by the caller. */
    ReadGate gate() {
        return gate;
    }

    /** The peer has said that it sends nothing more. This takes effect when everything that it sent was read. */
    void peerDone() {
        if (gate.isOpen()) {
            source.onEnd();
        } else {
            peerDone = true;
        }
    }

    @Override
    public void ignore() {
        ignoring = true;
        if (decoder != null) {
            leftover.clear();
            decoder = null;
            timer.end();
            account.add(-arrivingBytes);
            arrivingBytes = 0;
        }
    }

    /** Reads and ignores what arrives from now on, whatever has paused reading. */
    void discardInput() {
        ignore();
        budget.cancel(source.holder());
        gate.openForGood();
    }

    /** Ignores what arrives from now on. May be called on any thread. */
    void ignoreSoon() {
        ignoring = true;
    }

    /** The connection was closed. May be called on any thread. */
    void closed() {
        ignoring = true;
        budget.cancel(source.holder());
    }

    /** Whether what arrives is ignored. May be called on any thread. */
    boolean isIgnoring() {
        return ignoring;
    }

    /** The memory of what has arrived of incomplete frames, or was not decoded yet. May be called on any thread. */
    long arrivingBytes() {
        return arrivingBytes;
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    /** Measures the frame that arrives. May be called on any thread. */
    TransferTimer timer() {
        return timer;
    }

    @Override
    public String overdue(long timeout, long rate) {
        return ignoring ? null : timer.overdue(timeout, rate);
    }
}
