package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Room to encrypt and decrypt in, which connections borrow while they do so: a connection that says nothing has none.
 * Thread-safe.
 */
public final class TlsBuffers {

    /** Four records, and what one takes beyond its contents. */
    static final int SIZE = 4 * (16 << 10) + (18 << 10);

    private static final int MOST_KEPT = 32;

    private final Queue<ByteBuffer> free = new ArrayBlockingQueue<>(MOST_KEPT);
    private final Supplier<ByteBuffer> source;

    /** Keeps none yet. */
    public TlsBuffers() {
        this(() -> ByteBuffer.allocate(SIZE));
    }

    /**
     * Keeps none yet.
     *
     * @param source makes one, of {@link #SIZE}
     */
    TlsBuffers(Supplier<ByteBuffer> source) {
        this.source = source;
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? source.get() : buffer.clear();
    }

    void give(ByteBuffer buffer) {
        free.offer(buffer);
    }
}
