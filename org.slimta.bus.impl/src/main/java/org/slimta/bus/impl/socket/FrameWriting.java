package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.memory.Buffers;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * The writing of one frame, piece by piece, each when the one before has left. What must be read from elsewhere is read on a
 * worker.
 */
final class FrameWriting {

    private final Connection<?> connection;
    private final FrameEncoder encoder;
    private final Threads threads;
    private final CompletionHandler<Void> whenDone;
    private final AtomicInteger due = new AtomicInteger();
    private final CompletionHandler<WriteResult<Buffer, Object>> piece = new PieceHandler();

    FrameWriting(Connection<?> connection, FrameEncoder encoder, Threads threads, CompletionHandler<Void> whenDone) {
        this.connection = connection;
        this.encoder = encoder;
        this.threads = threads;
        this.whenDone = whenDone;
    }

    void start() {
        if (encoder.mayBlock()) {
            threads.execute(this::advance);
        } else {
            advance();
        }
    }

    /** A piece may leave at once, on this thread: then the loop goes on here, not deeper in the stack. */
    private void advance() {
        if (due.getAndIncrement() == 0) {
            do {
                writeNext();
            } while (due.decrementAndGet() > 0);
        }
    }

    private void writeNext() {
        ByteBuffer bytes;
        try {
            bytes = encoder.next();
        } catch (Throwable e) {
            fail(new BusException(Reason.CODEC, "an attachment could not be read while it was sent: " + e.getMessage(), e));
            return;
        }
        if (bytes == null) {
            closeEncoder();
            whenDone.completed(null);
        } else {
            @SuppressWarnings("unchecked")
            Connection<Object> target = (Connection<Object>) connection;
            target.write(Buffers.wrap(connection.getMemoryManager(), bytes), piece);
        }
    }

    private void fail(Throwable failure) {
        closeEncoder();
        whenDone.failed(failure);
    }

    private void closeEncoder() {
        try {
            encoder.close();
        } catch (IOException | RuntimeException e) {
            // It was only read, and what was read is complete or of no more use.
        }
    }

    private final class PieceHandler extends EmptyCompletionHandler<WriteResult<Buffer, Object>> {

        @Override
        public void completed(WriteResult<Buffer, Object> result) {
            start();
        }

        @Override
        public void failed(Throwable failure) {
            fail(failure);
        }

        @Override
        public void cancelled() {
            fail(new IOException("the writing was cancelled"));
        }
    }
}
