package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;

/**
 * The frames that wait to be written to one connection, in order. Small ones that are ready together leave in one piece; a
 * large one leaves piece by piece, each when the one before has left. What must be read from elsewhere is read on a thread of
 * the bus. What nobody wants any more is withdrawn, and takes no memory then. One thread at a time writes, and hands that on
 * when it has written much for others. Thread-safe.
 */
final class FrameWriter {

    /** Where the bytes of frames go, one piece after the other. */
    @FunctionalInterface
    interface Sink {

        /**
         * Sends bytes. Does not wait.
         *
         * @param bytes the bytes, which are the sink's from now on
         * @param listener told when they have left, on any thread, perhaps on this one; nothing more is sent before
         */
        void send(ByteBuffer bytes, SocketWriter.Listener listener);
    }

    /** A frame in the queue. */
    final class Entry implements QueuedFrame {

        private final AtomicReference<OutboundFrame> item;
        private final long size;
        private final long weight;

        Entry(OutboundFrame item) {
            this.item = new AtomicReference<>(item);
            this.size = item.encoder().size();
            this.weight = weight(item);
        }

        @Override
        public void withdraw() {
            FrameWriter.this.withdraw(this);
        }

        /** Takes it out of the queue, to write it or to forget it: one of the two happens. Null if it was taken before. */
        private OutboundFrame take() {
            return item.getAndSet(null);
        }
    }

    private static final int TOGETHER = 64 << 10;

    /**
     * What a frame that waits takes beside its bytes, as a heap full of them shows: 310 bytes an answer with its exchange, 160 a
     * notice. For small ones that is nearly all.
     */
    private static final int OVERHEAD = 320;

    /** How many bytes a thread writes for others before the selector thread goes on. */
    private static final long MAX_IN_A_ROW = 1 << 20;

    /** How many may have been withdrawn before their empty places are taken out of the queue. */
    private static final int MAX_WITHDRAWN = 256;

    private final Sink sink;
    private final Executor streams;
    private final Consumer<Runnable> selector;
    private final Runnable closing;
    private final MemoryBudget.Account share;
    private final Runnable whenWritten;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger withdrawn = new AtomicInteger();
    private final AtomicInteger due = new AtomicInteger();
    private final Backlog backlog;
    private final Written written = new Written();
    private final List<OutboundFrame> gathered = new ArrayList<>(0);
    private final List<byte[]> attributes = new ArrayList<>(0);
    private boolean writing;
    private long writtenInARow;
    private byte[] root;
    private int writingSize;
    private long weight;
    private OutboundFrame large;
    private FramePieces pieces;
    private boolean begun; // Whether anything of the large one was given to the sink.
    private long heldWeight;
    private final AtomicLong held = new AtomicLong();

    /**
     * An empty one.
     *
     * @param sink where the bytes go
     * @param streams reads what is to be written
     * @param selector runs something on the selector thread of the connection, soon
     * @param closing closes the connection, soon
     * @param share what counts the memory that it takes, or null
     * @param whenWritten called each time that something is written, on any thread
     * @param clock tells the time
     */
    FrameWriter(
            Sink sink,
            Executor streams,
            Consumer<Runnable> selector,
            Runnable closing,
            MemoryBudget.Account share,
            Runnable whenWritten,
            LongSupplier clock) {
        this.sink = sink;
        this.streams = streams;
        this.selector = selector;
        this.closing = closing;
        this.share = share;
        this.whenWritten = whenWritten;
        this.backlog = new Backlog(clock);
    }

    /**
     * Adds a frame, which leaves with the next flush.
     *
     * @param item the frame
     * @return its place, to withdraw it
     */
    Entry add(OutboundFrame item) {
        Entry entry = new Entry(item);
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
            waiting.removeIf(each -> each.item.get() == null);
        }
        done(entry.size, entry.weight);
    }

    private static long weight(OutboundFrame item) {
        return item.encoder().weight() + OVERHEAD;
    }

    private void hold(long bytes) {
        if (share != null) {
            held.addAndGet(bytes);
            share.add(bytes);
        }
    }

    /** How many bytes of memory it takes, where that is counted. */
    long held() {
        return held.get();
    }

    /** What is wrong with the pace of what is to be written, or null. */
    String overdue(long timeout, long rate) {
        return backlog.overdue(timeout, rate);
    }

    /** How many bytes have not left yet. */
    long backlog() {
        return backlog.size();
    }

    /** When something left last, as {@link System#nanoTime()}; only of use while there is a backlog. */
    long progress() {
        return backlog.progress();
    }

    /** Writes what waits, unless somebody does so already. Does not block. */
    void flush() {
        if (due.getAndIncrement() == 0) {
            writeAll(1);
        }
    }

    private void writeAll(int seenBefore) {
        int seen = seenBefore;
        writtenInARow = 0;
        do {
            if (!writing) {
                try {
                    writeNext();
                } catch (RuntimeException | Error e) {
                    giveUp(e);
                }
            }
            seen = due.addAndGet(-seen);
            if (seen > 0 && writtenInARow > MAX_IN_A_ROW) {
                int rest = seen;
                selector.accept(() -> writeAll(rest)); // Nobody else writes meanwhile: the count is above 0.
                return;
            }
        } while (seen > 0);
    }

    /** The next that is wanted, or null. Its attributes are in {@link #root}. */
    private OutboundFrame next() {
        Entry entry;
        while ((entry = waiting.poll()) != null) {
            OutboundFrame item = entry.take();
            if (item == null) {
                continue; // It was withdrawn.
            }
            root = item.begin();
            if (root != null) {
                return item;
            }
            done(entry.size, entry.weight);
        }
        return null;
    }

    private void writeNext() {
        if (large == null) {
            OutboundFrame first = next();
            if (first == null) {
                return;
            }
            if (first.encoder().isSmall()) {
                ByteBuffer bytes = gather(first);
                if (bytes.hasRemaining()) {
                    write(bytes);
                } else {
                    done(weight, heldWeight);
                    due.incrementAndGet(); // None of them could be written: on to those behind.
                }
                return;
            }
            large = first;
            pieces = first.encoder().pieces(root);
            begun = false;
            weight = first.encoder().size();
            heldWeight = weight(first);
        }
        if (large.encoder().mayBlock()) {
            writing = true;
            streams.execute(this::writeLarge);
        } else {
            writeLarge();
        }
    }

    private ByteBuffer gather(OutboundFrame first) {
        gathered.add(first);
        attributes.add(root);
        int room = first.encoder().room();
        Entry peeked;
        while ((peeked = waiting.peek()) != null) {
            OutboundFrame next = peeked.item.get();
            if (next != null && (!next.encoder().isSmall() || room + next.encoder().room() > TOGETHER)) {
                break;
            }
            OutboundFrame taken = peeked.take();
            waiting.remove(peeked); // And no other: whoever withdraws frames may have taken out this one.
            if (taken == null) {
                continue; // It was withdrawn.
            }
            root = taken.begin();
            if (root == null) {
                done(peeked.size, peeked.weight);
                continue;
            }
            gathered.add(taken);
            attributes.add(root);
            room += taken.encoder().room();
        }
        return putTogether(room);
    }

    private ByteBuffer putTogether(int room) {
        ByteBuffer bytes = ByteBuffer.allocate(room);
        weight = 0;
        heldWeight = 0;
        List<OutboundFrame> bad = List.of();
        for (int i = 0; i < gathered.size(); i++) {
            FrameEncoder encoder = gathered.get(i).encoder();
            weight += encoder.size();
            heldWeight += weight(gathered.get(i));
            int start = bytes.position();
            try {
                encoder.putInto(bytes, attributes.get(i));
            } catch (RuntimeException e) {
                bytes.position(start);
                bad = new ArrayList<>(bad);
                bad.add(gathered.get(i));
            }
        }
        gathered.clear();
        attributes.clear();
        bad.forEach(item -> item.notSent(new BusException(
                Reason.CODEC, "an attachment failed, or has not the size that it said, while it was sent")));
        return bytes.flip();
    }

    /** Nothing more can be written here. */
    private void giveUp(Throwable e) {
        writing = true;
        BusException failure = new BusException(Reason.CODEC, "a frame could not be put together: " + Described.of(e), e);
        List<OutboundFrame> items = new ArrayList<>(gathered);
        gathered.clear();
        attributes.clear();
        if (large != null) {
            items.add(large);
            large = null;
        }
        items.forEach(item -> item.failed(failure));
        closing.run();
    }

    private void writeLarge() {
        ByteBuffer bytes;
        try {
            bytes = pieces.next();
        } catch (IOException | RuntimeException | Error e) {
            failLarge(new BusException(
                    Reason.CODEC, "an attachment could not be read while it was sent: " + Excerpt.ofMessage(e.getMessage()), e));
            return;
        }
        if (bytes != null) {
            begun = true;
            write(bytes);
            return;
        }
        endLarge();
    }

    /** The frame cannot be sent to its end: the peer must not take what comes next for the rest of it. */
    private void failLarge(BusException failure) {
        if (begun) {
            large.failed(failure);
            closeLarge();
            closing.run();
        } else {
            large.notSent(failure); // While it still counts as backlog: what is to be sent in its place comes before an end.
            endLarge();
        }
    }

    private void endLarge() {
        closeLarge();
        done(weight, heldWeight);
        writing = false;
        flush();
    }

    private void closeLarge() {
        try {
            pieces.close();
        } catch (IOException | RuntimeException e) {
            // It was only read, and what was read is complete or of no more use.
        }
        large = null;
        pieces = null;
    }

    private void write(ByteBuffer bytes) {
        writing = true;
        writingSize = bytes.remaining();
        writtenInARow += writingSize;
        sink.send(bytes, written);
    }

    private void done(long bytes, long heldBytes) {
        hold(-heldBytes);
        backlog.remove(bytes);
        whenWritten.run();
    }

    private final class Written implements SocketWriter.Listener {

        @Override
        public void onSent() {
            backlog.moved(writingSize);
            if (large == null) {
                done(weight, heldWeight);
            }
            writing = false;
            flush();
        }

        @Override
        public void onFailed() {
            if (large != null && large.encoder().mayBlock()) {
                streams.execute(FrameWriter.this::closeLarge);
            } else if (large != null) {
                closeLarge();
            }
            closing.run();
        }
    }
}
