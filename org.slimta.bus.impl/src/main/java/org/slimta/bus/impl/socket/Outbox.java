package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;

/**
 * The frames that wait to be written to one connection, in order. Small ones that are ready together leave in one piece; a
 * large one leaves piece by piece, each when the one before has left. What must be read from elsewhere is read on a worker.
 * Thread-safe.
 */
final class Outbox {

    /** A frame to be written. */
    interface Item {

        /** Its bytes. */
        FrameEncoder encoder();

        /**
         * It is about to be written.
         *
         * @return the attributes of its root element, or null if it is not wanted any more
         */
        byte[] begin();

        /** It could not be written whole, because of itself; then its connection is of no more use. */
        default void failed(BusException failure) {}
    }

    private static final int TOGETHER = 64 << 10;

    private final Connection<?> connection;
    private final Link link;
    private final Threads threads;
    private final HeldBytes.Share share;
    private final Runnable whenWritten;
    private final Queue<Item> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger due = new AtomicInteger();
    private final AtomicLong backlog = new AtomicLong();
    private final Written written = new Written();
    private final List<Item> gathered = new ArrayList<>(0);
    private final List<byte[]> attributes = new ArrayList<>(0);
    private boolean writing;
    private int writingSize;
    private long weight;
    private Item large;
    private FramePieces pieces;
    private long heldWeight;
    private final AtomicLong held = new AtomicLong();
    private final Pace pace = new Pace();
    private volatile long progress = System.nanoTime();

    /**
     * An empty one.
     *
     * @param connection where to write
     * @param link what sends over it
     * @param threads to read what is to be written
     * @param share what counts the memory that it takes, or null
     * @param whenWritten called each time that something is written, on any thread
     */
    Outbox(Connection<?> connection, Link link, Threads threads, HeldBytes.Share share, Runnable whenWritten) {
        this.connection = connection;
        this.link = link;
        this.threads = threads;
        this.share = share;
        this.whenWritten = whenWritten;
    }

    /** Adds a frame, which leaves with the next flush. */
    void add(Item item) {
        hold(item.encoder().weight());
        if (backlog.getAndAdd(item.encoder().size()) == 0) {
            progress = System.nanoTime();
            pace.begin();
        }
        waiting.add(item);
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
        if (backlog() == 0) {
            return null;
        }
        pace.begin(); // Who was the first to add something may have been overlooked by who was done just then.
        return pace.overdue(timeout, rate);
    }

    /** How many bytes have not left yet. */
    long backlog() {
        return backlog.get();
    }

    /** When something left last, as {@link System#nanoTime()}; only of use while there is a backlog. */
    long progress() {
        return progress;
    }

    /** Writes what waits, unless somebody does so already. Does not block. */
    void flush() {
        if (due.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            if (!writing) {
                try {
                    writeNext();
                } catch (RuntimeException | Error e) {
                    giveUp(e);
                }
            }
            seen = due.addAndGet(-seen);
        } while (seen > 0);
    }

    private void writeNext() {
        if (large == null) {
            Item first = waiting.poll();
            byte[] root = null;
            while (first != null && (root = first.begin()) == null) {
                done(first.encoder().size(), first.encoder().weight());
                first = waiting.poll();
            }
            if (first == null) {
                return;
            }
            if (first.encoder().isSmall()) {
                ByteBuffer bytes = gather(first, root);
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
            weight = first.encoder().size();
            heldWeight = first.encoder().weight();
        }
        if (large.encoder().mayBlock()) {
            writing = true;
            threads.execute(this::writeLarge);
        } else {
            writeLarge();
        }
    }

    private ByteBuffer gather(Item first, byte[] firstAttributes) {
        gathered.add(first);
        attributes.add(firstAttributes);
        int room = first.encoder().room();
        Item next;
        while ((next = waiting.peek()) != null
                && next.encoder().isSmall()
                && room + next.encoder().room() <= TOGETHER) {
            waiting.poll();
            byte[] nextAttributes = next.begin();
            if (nextAttributes == null) {
                done(next.encoder().size(), next.encoder().weight());
                continue;
            }
            gathered.add(next);
            attributes.add(nextAttributes);
            room += next.encoder().room();
        }
        return putTogether(room);
    }

    private ByteBuffer putTogether(int room) {
        ByteBuffer bytes = ByteBuffer.allocate(room);
        weight = 0;
        heldWeight = 0;
        List<Item> bad = List.of();
        for (int i = 0; i < gathered.size(); i++) {
            FrameEncoder encoder = gathered.get(i).encoder();
            weight += encoder.size();
            heldWeight += encoder.weight();
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
        bad.forEach(item -> item.failed(new BusException(
                Reason.CODEC, "an attachment failed, or has not the size that it said, while it was sent")));
        return bytes.flip();
    }

    /** Nothing more can be written here. */
    private void giveUp(Throwable e) {
        writing = true;
        BusException failure = new BusException(Reason.CODEC, "a frame could not be put together: " + e, e);
        List<Item> items = new ArrayList<>(gathered);
        gathered.clear();
        attributes.clear();
        if (large != null) {
            items.add(large);
            large = null;
        }
        items.forEach(item -> item.failed(failure));
        connection.terminateSilently();
    }

    private void writeLarge() {
        ByteBuffer bytes;
        try {
            bytes = pieces.next();
        } catch (IOException | RuntimeException | Error e) {
            large.failed(new BusException(
                    Reason.CODEC, "an attachment could not be read while it was sent: " + e.getMessage(), e));
            closeLarge();
            connection.terminateSilently();
            return;
        }
        if (bytes != null) {
            write(bytes);
            return;
        }
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
        link.send(bytes, written);
    }

    private void done(long bytes, long heldBytes) {
        progress = System.nanoTime();
        hold(-heldBytes);
        if (backlog.addAndGet(-bytes) == 0) {
            pace.end();
        }
        whenWritten.run();
    }

    private final class Written extends EmptyCompletionHandler<WriteResult<Buffer, Object>> {

        @Override
        public void completed(WriteResult<Buffer, Object> result) {
            progress = System.nanoTime();
            pace.moved(writingSize);
            if (large == null) {
                done(weight, heldWeight);
            }
            writing = false;
            flush();
        }

        @Override
        public void failed(Throwable failure) {
            if (large != null) {
                closeLarge();
            }
            connection.terminateSilently();
        }

        @Override
        public void cancelled() {
            failed(null);
        }
    }
}
