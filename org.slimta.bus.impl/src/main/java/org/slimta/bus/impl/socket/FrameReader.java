package org.slimta.bus.impl.socket;

import java.nio.ByteBuffer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * Makes frames of what arrives on a connection, and keeps back what must wait until there is no reason left not to read. Called
 * on the selector thread of the connection unless it says otherwise.
 */
final class FrameReader {

    /** What the bytes come from. */
    interface Source extends HeldBytes.Holder {

        /** Has the socket be read, or not. */
        void setReading(boolean on);

        /** How many bytes it keeps that it has not handed over. */
        long keptBytes();

        /** The peer has said that it sends nothing more, and all that it has sent is read. */
        void onEnd();
    }

    private final Source source;
    private final FrameChannel.Listener listener;
    private final HeldBytes budget;
    private final HeldBytes.Share held;
    private final ReadGate gate = new ReadGate(new Valve());
    private final Pace pace;
    private final ByteAccumulator leftover = new ByteAccumulator();
    private FrameDecoder decoder;
    private boolean peerDone;
    private volatile boolean ignoring;
    private volatile long arriving;
    private volatile long lastRead = System.nanoTime();

    /**
     * A reader of which nothing speaks against reading.
     *
     * @param source what the bytes come from
     * @param listener what is given the frames
     * @param limits what a frame may weigh
     * @param budget what all connections hold
     * @param held what this one holds
     * @param pace takes the time of frames
     */
    FrameReader(
            Source source,
            FrameChannel.Listener listener,
            FrameLimits limits,
            HeldBytes budget,
            HeldBytes.Share held,
            Pace pace) {
        this.pace = pace;
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
        lastRead = System.nanoTime();
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

    /**
     * Rejects the frame that is arriving, to let go what it holds.
     *
     * @return whether the connection goes on without it
     */
    boolean reject(BusException failure) {
        RejectedFrameException rejected = ignoring ? null : decoder.reject(failure);
        if (rejected == null || !handOver(rejected)) {
            return false;
        }
        weigh();
        return true;
    }

    /** The beginning of the XML of a frame that is arriving, or null. */
    byte[] start() {
        return ignoring ? null : decoder.start();
    }

    /** Whether the rest of a frame is skipped that was rejected. */
    boolean isSkipping() {
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
        if (!gate.isClosedFor(ReadGate.Reason.MEMORY) && budget.isUsedUpFor(source.onItsWay())) {
            stop(ReadGate.Reason.MEMORY);
            budget.await(source);
        }
    }

    private BusException tooLarge() {
        return new BusException(
                Reason.TOO_LARGE, "what arrives is larger than all that may be held, memoryLimit of " + budget.limit());
    }

    /** Reads no more until all reasons not to are gone. */
    void stop(ReadGate.Reason reason) {
        gate.close(reason);
        pace.holdUp();
    }

    /** That is no reason any more not to read. */
    void goOn(ReadGate.Reason reason) {
        gate.open(reason);
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

    /** Hears nothing more. */
    void ignore() {
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

    /** When something arrived last, as {@link System#nanoTime()}. Any thread may ask. */
    long lastRead() {
        return lastRead;
    }

    /** How fast the frame arrives. Any thread may ask. */
    Pace pace() {
        return pace;
    }

    /** What is wrong with the pace of what arrives, or null. Any thread may ask. */
    String late(long timeout, long rate) {
        return ignoring ? null : pace.overdue(timeout, rate);
    }
}
