package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool that knows whether all its buffers were recycled. */
final class CountedBuffers {

    private final AtomicInteger made = new AtomicInteger();
    final TlsBuffers buffers = new TlsBuffers(() -> {
        made.incrementAndGet();
        return ByteBuffer.allocate(TlsBuffers.BUFFER_BYTES);
    });

    /** To be called when no connection uses a buffer. */
    void assertAllRecycled() {
        int count = made.get();
        for (int i = 0; i < count; i++) {
            buffers.take();
        }
        assertEquals(count, made.get(), "buffers that were given back");
    }
}
