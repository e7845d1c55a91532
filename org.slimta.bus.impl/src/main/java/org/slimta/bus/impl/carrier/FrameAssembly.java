package org.slimta.bus.impl.carrier;

import java.nio.ByteBuffer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.RejectedFrameException;
import org.slimta.bus.spi.FrameReceiver;

/** One frame that arrives in pieces. Its bytes count as held until it is complete or given up. Thread-safe. */
abstract class FrameAssembly extends LinkedMembers.Member implements FrameReceiver {

    private final FrameDecoder decoder;
    private final MemoryBudget.Account held;
    private boolean isOver; // Guarded by this.
    private long counted; // Guarded by this.

    FrameAssembly(FrameLimits limits, MemoryBudget budget, MemoryBudget.Account held) {
        this.decoder = new FrameDecoder(limits, budget::limit);
        this.held = held;
    }

    /** The frame is complete. Must not block. */
    abstract void onFrame(Frame frame);

    /**
     * The frame cannot be read.
     *
     * @param start the beginning of its XML, or null if nothing of it is known
     * @param failure what is wrong with it
     */
    abstract void onRejected(byte[] start, BusException failure);

    /** Bytes have arrived. */
    void onReceived(int count) {}

    /** Gives the failure if no more memory may be used for this frame, or null. */
    abstract BusException excess(long frameBytes);

    @Override
    public final boolean receive(ByteBuffer bytes) {
        onReceived(bytes.remaining());
        Frame frame = null;
        byte[] start = null;
        BusException failure = null;
        synchronized (this) {
            if (isOver) {
                return true;
            }
            try {
                frame = decoder.decode(bytes);
                if (frame == null) {
                    count(decoder.held());
                    failure = excess(counted);
                    start = failure == null ? null : decoder.start();
                } else {
                    failure = bytes.hasRemaining()
                            ? new BusException(Reason.MALFORMED, "bytes follow the end of the frame")
                            : excess(frame.weight());
                    start = frame.xml();
                }
            } catch (RejectedFrameException e) {
                failure = e;
                start = e.start();
            } catch (BusException e) {
                failure = e;
            }
            if (frame == null && failure == null) {
                return false;
            }
            end();
        }
        if (failure == null) {
            onFrame(frame);
        } else {
            onRejected(start, failure);
        }
        return true;
    }

    /** Gives the frame up, for the time that it takes for example. */
    final void reject(BusException failure) {
        byte[] start;
        synchronized (this) {
            if (isOver) {
                return;
            }
            start = decoder.start();
            end();
        }
        onRejected(start, failure);
    }

    /** To be called with the lock. */
    private void count(long now) {
        held.add(now - counted);
        counted = now;
    }

    /** To be called with the lock. */
    private void end() {
        isOver = true;
        count(0);
        onOver();
    }

    /** Nothing more is needed. Called once, with the lock. */
    void onOver() {}

    /**
     * Releases what has arrived, since nothing will be done with it.
     *
     * @return whether the frame was still arriving
     */
    final synchronized boolean drop() {
        if (isOver) {
            return false;
        }
        end();
        return true;
    }

    @Override
    public final void close() {
        drop();
    }
}
