package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.NIOConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the bytes of one connection to its socket; nothing else does. Pieces leave in the order in which they were
 * added, and so does the end of the output. One thread at a time writes; any other thread leaves its pieces to that
 * one. What the socket does not accept at once leaves on the selector thread. Grizzly is not used on any other thread:
 * it would leave thread locals there, and with them a class loader. Thread-safe, and does not block.
 */
final class SocketWriter {

    /** Notified of the outcome of a piece, on any thread, perhaps on the one that adds it. Must not block. */
    interface Listener {

        /** The bytes have left. */
        void onSent();

        /** The bytes have not left, and the connection is being closed. */
        default void onFailed() {}
    }

    /**
     * Bytes that leave together.
     *
     * @param bytes the bytes, or null for the end of the output
     */
    private record Piece(ByteBuffer bytes, Listener listener) {}

    private static final Logger LOG = LoggerFactory.getLogger(SocketWriter.class);

    private static final Listener NO_LISTENER = () -> {};

    private final Connection<Object> connection;
    private final SocketChannel socket;
    private final Runnable closing;
    private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicInteger due = new AtomicInteger();
    private volatile boolean waiting; // For the socket. Set by the thread that writes, cleared by the selector thread.
    private volatile boolean failed; // Then nothing is written any more.

    /**
     * Creates a writer with nothing to write.
     *
     * @param connection the connection to write to
     * @param closing closes the connection, soon; called when it cannot be written to
     */
    @SuppressWarnings("unchecked")
    SocketWriter(Connection<?> connection, Runnable closing) {
        this.connection = (Connection<Object>) connection;
        this.socket = (SocketChannel) ((NIOConnection) connection).getChannel();
        this.closing = closing;
    }

    /**
     * Adds bytes, which leave with the next flush.
     *
     * @param bytes the bytes; ownership passes to the writer
     * @param listener notified of the outcome, or null
     */
    void add(ByteBuffer bytes, Listener listener) {
        pieces.add(new Piece(bytes, listener == null ? NO_LISTENER : listener));
    }

    /**
     * Adds the end of the output: nothing that is added later leaves.
     *
     * @param onEnd ends the output; called when everything before it has left
     */
    void addEnd(Runnable onEnd) {
        pieces.add(new Piece(null, onEnd::run));
    }

    /** Writes what was added, unless another thread already writes: then that one does it. */
    void flush() {
        if (due.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            Piece next;
            while (!waiting && (next = pieces.poll()) != null) {
                writeSafely(next);
            }
            seen = due.addAndGet(-seen);
        } while (seen > 0);
    }

    private void writeSafely(Piece piece) {
        try {
            if (failed) {
                piece.listener().onFailed();
            } else {
                write(piece);
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: the listener of written bytes failed; closing the connection", connection, e);
            failed = true;
            closing.run();
        }
    }

    private void write(Piece piece) {
        if (piece.bytes() == null) {
            piece.listener().onSent();
            return;
        }
        try {
            socket.write(piece.bytes());
        } catch (IOException e) {
            LOG.debug("{}: cannot write; closing the connection", connection, e);
            failed = true;
            closing.run();
            piece.listener().onFailed();
            return;
        }
        if (piece.bytes().hasRemaining()) {
            waiting = true;
            connection.executeInEventThread(IOEvent.NONE, () -> writeLater(piece));
        } else {
            piece.listener().onSent();
        }
    }

    private void writeLater(Piece piece) {
        Later later = new Later(piece.listener());
        try {
            connection.write(Buffers.wrap(connection.getMemoryManager(), piece.bytes()), later);
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: cannot write; closing the connection", connection, e);
            later.failed(e);
        }
    }

    /** A piece that Grizzly writes when the socket accepts more. */
    private final class Later extends EmptyCompletionHandler<WriteResult<Buffer, Object>> {

        private final Listener listener;

        Later(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void completed(WriteResult<Buffer, Object> result) {
            waiting = false;
            try {
                listener.onSent();
            } finally {
                flush();
            }
        }

        @Override
        public void failed(Throwable failure) {
            failed = true;
            waiting = false;
            closing.run();
            try {
                listener.onFailed();
            } finally {
                flush(); // So that the listeners of the pieces behind it are notified too.
            }
        }

        @Override
        public void cancelled() {
            failed(null);
        }
    }
}
