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
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * Makes frames of what arrives on a connection, and keeps back what must wait until there is no reason left not to read. Called
 * on the selector thread of the connection unless it says otherwise.
 */
final class FrameReader implements IncomingFrames {

    /** What the bytes come from. */
    interface Source extends MemoryBudget.Holder {

        /** Has the socket be read, or not. */
        void setReading(boolean on);

        /** How many bytes it keeps that it has not handed over. */
        long keptBytes();

        /** The peer has said that it sends nothing more, and all that it has sent is read. */
        void onEnd();
    }

    private final Source source;
    private final FrameConnection.Listener listener;
    private final MemoryBudget budget;
    private final MemoryBudget.Account held;
    private final ReadGate gate = new ReadGate(new Valve());
    private final LongSupplier clock;
    private final TransferTimer pace;
    private final ByteAccumulator leftover = new ByteAccumulator();
    private FrameDecoder decoder;
    private boolean peerDone;
    private volatile boolean ignoring;
    private volatile long arriving;
    private volatile long lastRead;

    /**
     * A reader of which nothing speaks against reading.
     *
     * @param source what the bytes come from
     * @param listener what is given the frames
     * @param limits what a frame may weigh
     * @param budget what all connections hold
     * @param held what this one holds
     * @param clock tells the time
     */
    FrameReader(
            Source source,
            FrameConnection.Listener listener,
            FrameLimits limits,
            MemoryBudget budget,
            MemoryBudget.Account held,
            LongSupplier clock) {
        this.clock = clock;
        this.pace = new TransferTimer(clock);
        this.lastRead = clock.getAsLong();
        this.source = source;
        this.listener = listener;
        this.budget = budget;
        this.held = held;
        this.decoder = new FrameDecoder(limits, budget::limit);
    }

    private final class Valve implements ReadGate.Switch {

        @Override
        public void catchUp() {
            pace.goOn();
            if (!ignoring && !leftover.isEmpty()) {
                decode(leftover.bytes());
                weigh();
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

    /** Something has arrived. */
    void heard() {
        lastRead = clock.getAsLong();
    }

    /** Takes bytes of frames; they are the caller's again when it returns. */
    void take(ByteBuffer bytes) {
        if (ignoring) {
            return;
        }
        if (pace.hasBegun()) {
            pace.moved(bytes.remaining());
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
                refuse(e);
                return;
            }
            if (frame != null) {
                pace.end();
                listener.onFrame(frame);
            } else if (bytes.hasRemaining()) {
                pace.end(); // That of a rejected frame.
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
            pace.end();
        } else if (!pace.hasBegun()) {
            pace.begin();
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

    /** Ends the connection for what has arrived. */
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
        weigh();
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

    /** Tells how much has arrived and waits for the rest, and stops reading if that is too much. */
    void weigh() {
        if (ignoring) {
            return;
        }
        long now = decoder.held() + leftover.held() + source.keptBytes();
        if (now != arriving) {
            held.add(now - arriving);
            arriving = now;
            if (decoder.held() > budget.limit() && !reject(tooLarge())) {
                refuse(tooLarge()); // The limit has become smaller since the frame has said how large it is.
                return;
            }
        }
        if (!gate.isClosedFor(PauseReason.MEMORY) && budget.isUsedUpFor(source.onItsWay())) {
            pause(PauseReason.MEMORY);
            budget.await(source);
        }
    }

    private BusException tooLarge() {
        return new BusException(
                Reason.TOO_LARGE, "what arrives is larger than all that may be held, memoryLimit of " + budget.limit());
    }

    @Override
    public void pause(PauseReason reason) {
        gate.close(reason);
        pace.holdUp();
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
        pace.begin();
    }

    @Override
    public boolean isArrivingFor(long nanos) {
        return pace.takesLongerThan(nanos);
    }

    /** Why it does not read, if it does not; only to be asked. */
    ReadGate gate() {
        return gate;
    }

    /** The peer has said that it sends nothing more. That counts when all that it has sent is read. */
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
            pace.end();
            held.add(-arriving);
            arriving = 0;
        }
    }

    /** What arrives from now on is read whatever was, and ignored. */
    void hearOut() {
        ignore();
        budget.forget(source);
        gate.openForGood();
    }

    /** What arrives is ignored from now on. May be called on any thread. */
    void ignoreSoon() {
        ignoring = true;
    }

    /** The connection is closed. May be called on any thread. */
    void closed() {
        ignoring = true;
        budget.forget(source);
    }

    /** Whether what arrives is ignored. Any thread may ask. */
    boolean isIgnoring() {
        return ignoring;
    }

    /** How many bytes it holds of what has not arrived whole, or was not read. Any thread may ask. */
    long arriving() {
        return arriving;
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    /** How fast the frame arrives. Any thread may ask. */
    TransferTimer pace() {
        return pace;
    }

    @Override
    public String late(long timeout, long rate) {
        return ignoring ? null : pace.overdue(timeout, rate);
    }
}
