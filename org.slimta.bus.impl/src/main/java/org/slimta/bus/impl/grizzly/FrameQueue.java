package org.slimta.bus.impl.grizzly;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.QueuedFrame;

/**
 * The frames that wait to be written to one connection, in order, with the memory that they use and the backlog of
 * bytes. A frame that is not wanted any more can be withdrawn, which releases its memory. Any thread adds and withdraws
 * frames; one thread at a time takes them out. Thread-safe.
 */
final class FrameQueue {

    /** A frame in the queue. */
    final class Entry implements QueuedFrame {

        private final AtomicReference<OutboundFrame> frame;
        private final long size;
        private final long weight;

        Entry(OutboundFrame frame) {
            this.frame = new AtomicReference<>(frame);
            this.size = frame.encoder().size();
            this.weight = weight(frame);
        }

        @Override
        public void withdraw() {
            FrameQueue.this.withdraw(this);
        }

        /** Takes the frame out, to write or to drop it: only one of the two can happen. Null if it was taken before. */
        private OutboundFrame take() {
            return frame.getAndSet(null);
        }
    }

    /**
     * The memory of a waiting frame beside its bytes, measured with a heap full of them: 310 bytes for a response with
     * its exchange, 160 for a control frame. For small frames that is nearly all of it.
     */
    private static final int OVERHEAD_BYTES = 320;

    /** The number of withdrawn frames after which their empty entries are removed from the queue. */
    private static final int MAX_WITHDRAWN = 256;

    private final MemoryBudget.Account account;
    private final Runnable onWritten;
    private final Backlog backlog;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger withdrawn = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private byte[] rootAttributes; // Of the frame that was taken out last, for the thread that took it out.

    /**
     * Creates an empty queue.
     *
     * @param account counts the memory of the frames, or null to not count it
     * @param onWritten called on any thread each time that a frame was written or dropped
     * @param clock gives the time, as {@link System#nanoTime()} does
     */
    FrameQueue(MemoryBudget.Account account, Runnable onWritten, LongSupplier clock) {
        this.account = account;
        this.onWritten = onWritten;
        this.backlog = new Backlog(clock);
    }

    /**
     * Adds a frame at the end.
     *
     * @param frame the frame
     * @return its entry, to withdraw it
     */
    Entry add(OutboundFrame frame) {
        Entry entry = new Entry(frame);
        hold(entry.weight);
        backlog.add(entry.size);
        waiting.add(entry);
        return entry;
    }

    private void withdraw(Entry entry) {
        if (entry.take() == null) {
            return;
        }
        if (withdrawn.incrementAndGet() >= MAX_WITHDRAWN) {
            withdrawn.set(0);
            waiting.removeIf(each -> each.frame.get() == null);
        }
        release(entry.size, entry.weight);
    }

    /** The memory of a waiting frame, in bytes. */
    static long weight(OutboundFrame frame) {
        return frame.encoder().weight() + OVERHEAD_BYTES;
    }

    private void hold(long bytes) {
        if (account != null) {
            heldBytes.addAndGet(bytes);
            account.add(bytes);
        }
    }

    /** Takes out the next frame that is still wanted; null if there is none. */
    OutboundFrame next() {
        Entry entry;
        while ((entry = waiting.poll()) != null) {
            OutboundFrame frame = begin(entry, entry.take());
            if (frame != null) {
                return frame;
            }
        }
        return null;
    }

    /**
     * Takes out the next frame that is still wanted, if it is small.
     *
     * @param maxBytes the room that it may need at most, in bytes
     * @return the frame; null if there is none, or if the next one does not fit
     */
    OutboundFrame nextSmall(int maxBytes) {
        Entry entry;
        while ((entry = waiting.peek()) != null) {
            OutboundFrame peeked = entry.frame.get();
            if (peeked != null
                    && (!peeked.encoder().isSmall() || peeked.encoder().room() > maxBytes)) {
                return null;
            }
            OutboundFrame taken = entry.take();
            waiting.remove(entry); // Not poll(): a thread that withdraws frames may have removed this entry already.
            OutboundFrame frame = begin(entry, taken);
            if (frame != null) {
                return frame;
            }
        }
        return null;
    }

    /** Gives null if the frame was withdrawn, or is not wanted any more now that it is its turn. */
    private OutboundFrame begin(Entry entry, OutboundFrame taken) {
        if (taken == null) {
            return null;
        }
        rootAttributes = taken.begin();
        if (rootAttributes == null) {
            release(entry.size, entry.weight);
            return null;
        }
        return taken;
    }

    /** The root attributes of the frame that was taken out last. To be called by the thread that took it out. */
    byte[] rootAttributes() {
        return rootAttributes;
    }

    /** Notes that some bytes of the frames that were taken out have left. */
    void sent(long bytes) {
        backlog.moved(bytes);
    }

    /**
     * Notes that frames are finished: they were written, or dropped.
     *
     * @param bytes their size
     * @param weight their memory, in bytes
     */
    void release(long bytes, long weight) {
        hold(-weight);
        backlog.remove(bytes);
        onWritten.run();
    }

    /** The memory of the frames in bytes; 0 if it is not counted. */
    long heldBytes() {
        return heldBytes.get();
    }

    /** The bytes that have not left yet, and how fast they leave. */
    Backlog backlog() {
        return backlog;
    }
}
