package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.transport.OutboundFrame;

/**
 * Writes the frames of a queue to one connection, in order. Small frames that are ready together leave in one piece; a
 * large frame leaves piece by piece, each after the one before has left. What must be read from outside the memory is
 * read on a thread of the bus. One thread at a time writes; after it has written much for others it hands that over to
 * the selector thread. Thread-safe.
 */
final class FrameWriter {

    /** Where the bytes of frames go, one piece after the other. */
    @FunctionalInterface
    interface Sink {

        /**
         * Sends bytes. Does not block.
         *
         * @param bytes the bytes; ownership passes to the sink
         * @param listener notified when they have left, on any thread, perhaps on this one; nothing more is sent before
         */
        void send(ByteBuffer bytes, SocketWriter.Listener listener);
    }

    /** How many bytes a thread writes for others before the selector thread continues. */
    private static final long MAX_BYTES_IN_A_ROW = 1 << 20;

    private final FrameQueue queue;
    private final Sink sink;
    private final Executor streams;
    private final Consumer<Runnable> selector;
    private final Runnable closing;
    private final Written written = new Written();
    private final AtomicInteger due = new AtomicInteger(); // The calls of flush() that were not served yet.

    // All that follows belongs to the one thread in flush() that serves; while writing is true, to the one with the
    // piece.
    private final FrameBatch batch = new FrameBatch();
    private LargeFrame large; // Null while small frames are written.
    private boolean writing; // Whether a piece is on its way, or is being read: nothing else is written until then.
    private int pieceSize;
    private long bytesInARow;

    /**
     * Creates a writer.
     *
     * @param queue the frames to write
     * @param sink where the bytes go
     * @param streams reads what is to be written and is not in memory
     * @param selector runs a task on the selector thread of the connection, soon
     * @param closing closes the connection, soon
     */
    FrameWriter(FrameQueue queue, Sink sink, Executor streams, Consumer<Runnable> selector, Runnable closing) {
        this.queue = queue;
        this.sink = sink;
        this.streams = streams;
        this.selector = selector;
        this.closing = closing;
    }

    /** Writes the frames that wait, unless another thread already does. Does not block. */
    void flush() {
        if (due.getAndIncrement() == 0) {
            writeAll(1);
        }
    }

    private void writeAll(int seenBefore) {
        int seen = seenBefore;
        bytesInARow = 0;
        do {
            if (!writing) {
                try {
                    writeNext();
                } catch (RuntimeException | Error e) {
                    giveUp(e);
                }
            }
            seen = due.addAndGet(-seen);
            if (seen > 0 && bytesInARow > MAX_BYTES_IN_A_ROW) {
                int rest = seen;
                selector.accept(() -> writeAll(rest)); // No other thread writes meanwhile: the count is above 0.
                return;
            }
        } while (seen > 0);
    }

    private void writeNext() {
        if (large == null) {
            OutboundFrame first = queue.next();
            if (first == null) {
                return;
            }
            if (first.encoder().isSmall()) {
                writeSmall(first);
                return;
            }
            large = new LargeFrame(first); // Before it is opened, which may fail: giveUp() must find it.
            large.open(queue.rootAttributes());
        }
        if (large.mayBlock()) {
            writing = true;
            streams.execute(this::writeLarge);
        } else {
            writeLarge();
        }
    }

    private void writeSmall(OutboundFrame first) {
        ByteBuffer bytes = batch.collect(first, queue);
        if (bytes.hasRemaining()) {
            write(bytes);
        } else {
            queue.release(batch.size(), batch.weight());
            due.incrementAndGet(); // None of them could be encoded: continue with the frames behind them.
        }
    }

    /** Nothing more can be written to this connection. */
    private void giveUp(Throwable e) {
        writing = true;
        BusException failure = new BusException(Reason.CODEC, "a frame could not be encoded: " + Described.of(e), e);
        List<OutboundFrame> frames = batch.removeAll();
        if (large != null) {
            frames.add(large.frame());
            large = null;
        }
        frames.forEach(frame -> frame.failed(failure));
        closing.run();
    }

    private void writeLarge() {
        ByteBuffer bytes;
        try {
            bytes = large.next();
        } catch (IOException | RuntimeException | Error e) {
            failLarge(new BusException(
                    Reason.CODEC,
                    "an attachment could not be read when the frame was sent: " + Excerpt.ofMessage(e.getMessage()),
                    e));
            return;
        }
        if (bytes != null) {
            write(bytes);
            return;
        }
        endLarge();
    }

    /** The frame cannot be sent to its end: the peer must not take what follows for the rest of it. */
    private void failLarge(BusException failure) {
        if (large.isStarted()) {
            large.frame().failed(failure);
            closeLarge();
            closing.run();
        } else {
            // While the frame still counts as backlog: what is to be sent in its place is added before the backlog is
            // empty.
            large.frame().notSent(failure);
            endLarge();
        }
    }

    private void endLarge() {
        LargeFrame ended = large;
        closeLarge();
        queue.release(ended.size(), ended.weight());
        writing = false;
        flush();
    }

    private void closeLarge() {
        large.close();
        large = null;
    }

    private void write(ByteBuffer bytes) {
        writing = true;
        pieceSize = bytes.remaining();
        bytesInARow += pieceSize;
        sink.send(bytes, written);
    }

    private final class Written implements SocketWriter.Listener {

        @Override
        public void onSent() {
            queue.sent(pieceSize);
            if (large == null) {
                queue.release(batch.size(), batch.weight());
            }
            writing = false;
            flush();
        }

        @Override
        public void onFailed() {
            if (large != null && large.mayBlock()) {
                streams.execute(FrameWriter.this::closeLarge);
            } else if (large != null) {
                closeLarge();
            }
            closing.run();
        }
    }
}
