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

    private final MemoryBudget budget;
    private final MemoryBudget.Account held;
    private FrameDecoder decoder; // Guarded by this. Null when the frame is over: a carrier may keep its receiver.
    private long counted; // Guarded by this.

    FrameAssembly(FrameLimits limits, MemoryBudget budget, MemoryBudget.Account held) {
        this.decoder = new FrameDecoder(limits, budget::limit);
        this.budget = budget;
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

    /** Bytes have arrived. Called with the lock. */
    void onReceived(int count) {}

    /**
     * Gives the failure if no more memory may be used for this frame, or null.
     *
     * @param frameBytes what this frame uses
     * @param otherBytes what everything else uses that counts towards the same limit
     */
    abstract BusException excess(long frameBytes, long otherBytes);

    @Override
    public final boolean receive(ByteBuffer bytes) {
        Frame frame = null;
        byte[] start = null;
        BusException failure = null;
        synchronized (this) {
            if (decoder == null) {
                return true;
            }
            onReceived(bytes.remaining());
            try {
                frame = decoder.decode(bytes);
                if (frame == null) {
                    count(decoder.held());
                    failure = excess(counted, budget.total() - counted);
                    start = failure == null ? null : decoder.start();
                } else {
                    failure = bytes.hasRemaining()
                            ? new BusException(Reason.MALFORMED, "bytes follow the end of the frame")
                            : excess(frame.weight(), budget.total() - counted);
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
            if (decoder == null) {
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
        decoder = null;
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
        if (decoder == null) {
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
