package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteAccumulatorTest {

    private final ByteAccumulator kept = new ByteAccumulator();

    @Test
    void whateverIsAddedAndReadComesOutInOrder() {
        Random random = new Random(5);
        byte added = 0;
        byte read = 0;
        for (int round = 0; round < 100_000; round++) {
            if (random.nextInt(3) == 0) {
                byte[] more = new byte[random.nextInt(200)];
                for (int i = 0; i < more.length; i++) {
                    more[i] = added++;
                }
                ByteBuffer bytes = random.nextBoolean()
                        ? ByteBuffer.wrap(more)
                        : ByteBuffer.allocateDirect(more.length).put(more).flip();
                kept.add(bytes);
                assertEquals(0, bytes.remaining());
            } else if (!kept.isEmpty()) {
                ByteBuffer bytes = kept.bytes();
                for (int i = random.nextInt(bytes.remaining() + 1); i > 0; i--) {
                    assertEquals(read++, bytes.get());
                }
                int left = bytes.remaining();
                kept.trim();
                assertEquals(left, kept.isEmpty() ? 0 : kept.bytes().remaining());
                assertEquals(left == 0, kept.isEmpty());
                assertTrue(kept.held() <= Math.max(4 * left, 400) || kept.held() == 0, kept.held() + " for " + left);
            }
        }
    }

    @Test
    void whatStaysIsNotCopied() {
        kept.add(ByteBuffer.allocate(1000));
        ByteBuffer bytes = kept.bytes();
        for (int i = 0; i < 700; i++) {
            bytes.get();
            kept.trim();
            assertSame(bytes, kept.bytes());
        }
        bytes.position(1000);
        kept.trim();
        assertNull(kept.bytes());
        assertEquals(0, kept.held());
    }

    /**
     * If bytes are read one at a time while more are added, each byte is copied a few times, not for each that is read.
     */
    @Test
    void theNumberOfCopiesIsLinear() {
        long copied = 0;
        byte[] frame = new byte[50];
        for (int i = 0; i < 1000; i++) {
            kept.add(ByteBuffer.wrap(frame));
        }
        ByteBuffer before = kept.bytes();
        for (int i = 0; i < 20_000; i++) {
            kept.bytes().position(kept.bytes().position() + 50);
            kept.trim();
            kept.add(ByteBuffer.wrap(frame));
            if (kept.bytes() != before) {
                before = kept.bytes();
                copied += before.remaining();
            }
        }
        assertTrue(copied <= 4L * 20_000 * 50, copied + " bytes");
    }

    @Test
    void addingNothingKeepsNothing() {
        kept.add(ByteBuffer.allocate(0));
        assertTrue(kept.isEmpty());
        kept.trim();
        kept.add(ByteBuffer.allocate(5));
        kept.clear();
        assertTrue(kept.isEmpty());
    }
}
