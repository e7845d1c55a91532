package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * A pool of buffers that connections borrow while they encrypt or decrypt: an idle connection has none. Thread-safe.
 */
public final class TlsBuffers {

    /** The size of a buffer: four records, and what a record has beside its contents. */
    static final int BUFFER_BYTES = 4 * (16 << 10) + (18 << 10);

    private static final int MAX_POOLED = 32;

    private final Queue<ByteBuffer> free = new ArrayBlockingQueue<>(MAX_POOLED);
    private final Supplier<ByteBuffer> source;

    /** Creates an empty pool. */
    public TlsBuffers() {
        this(() -> ByteBuffer.allocate(BUFFER_BYTES));
    }

    /**
     * Creates an empty pool.
     *
     * @param source allocates a buffer of {@link #BUFFER_BYTES}
     */
    TlsBuffers(Supplier<ByteBuffer> source) {
        this.source = source;
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? source.get() : buffer.clear();
    }

    void recycle(ByteBuffer buffer) {
        free.offer(buffer);
    }
}
