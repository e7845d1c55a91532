package org.slimta.bus.impl.grizzly;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * The memory of one connection, as its {@link MemoryBudget} sees it: what arrives, what waits to be sent, and what was
 * deferred until the peer has read something. Thread-safe.
 */
final class ConnectionMemory implements MemoryBudget.Holder {

    /** What the budget makes a connection do. Called on any thread; must not block. */
    interface Control {

        /** Reads the connection again, unless there is another reason not to. */
        void resumeReading();

        /** Reads a little though the connection is paused, to see whether anything arrives. */
        void probe();

        /** Releases most of the memory. */
        void release(BusException failure);
    }

    private final FrameReader reader;
    private final FrameQueue queue;
    private final Control control;
    private final AtomicLong deferredBytes = new AtomicLong();

    ConnectionMemory(FrameReader reader, FrameQueue queue, Control control) {
        this.reader = reader;
        this.queue = queue;
        this.control = control;
    }

    /** Adds bytes that wait until the peer has read something; a negative number takes them away. */
    void addDeferred(long bytes) {
        deferredBytes.addAndGet(bytes);
    }

    private long outgoingBytes() {
        return queue.heldBytes() + deferredBytes.get();
    }

    /** Whether at least half of it is for a frame that arrives: rejecting that frame alone releases it. */
    boolean isMostlyArriving() {
        return reader.arrivingBytes() >= outgoingBytes();
    }

    @Override
    public long pendingBytes() {
        return reader.arrivingBytes() + outgoingBytes();
    }

    /** A frame that this end itself does not read, for a reason other than memory, does not count as stalled. */
    @Override
    public boolean isStalled(long bytes, long since) {
        return isInputStalled(bytes, since) || isOutputStalled(bytes, since);
    }

    private boolean isInputStalled(long bytes, long since) {
        return reader.arrivingBytes() > bytes
                && !reader.gate().isClosedForOtherThan(PauseReason.MEMORY)
                && reader.lastRead() - since < 0;
    }

    private boolean isOutputStalled(long bytes, long since) {
        Backlog backlog = queue.backlog();
        return outgoingBytes() > bytes && backlog.size() > 0 && backlog.progress() - since < 0;
    }

    @Override
    public long frameStart() {
        return reader.timer().startOr(reader.lastRead());
    }

    @Override
    public Set<PauseReason> pauseReasons() {
        return reader.gate().reasons();
    }

    @Override
    public void resume() {
        control.resumeReading();
    }

    @Override
    public void probe() {
        control.probe();
    }

    @Override
    public void giveUp(String why) {
        control.release(new BusException(Reason.OVERLOADED, why));
    }
}
