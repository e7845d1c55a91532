package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;

/** An attachment is code of users: the thread that writes its frame does not run it. */
class AttachmentSnapshotTest {

    private final AtomicReference<Thread> lastAsked = new AtomicReference<>();

    private final Attachment asked = new Attachment() {
        @Override
        public long size() {
            lastAsked.set(Thread.currentThread());
            return 5;
        }

        @Override
        public InputStream open() {
            lastAsked.set(Thread.currentThread());
            return new ByteArrayInputStream("bytes".getBytes(UTF_8));
        }

        @Override
        public List<ByteBuffer> buffers() {
            lastAsked.set(Thread.currentThread());
            return List.of(ByteBuffer.wrap("by".getBytes(UTF_8)), ByteBuffer.wrap("tes".getBytes(UTF_8)));
        }
    };

    private byte[] write(FrameEncoder encoder) {
        ByteBuffer target = ByteBuffer.allocate(encoder.room());
        encoder.putInto(target, RootAttributes.NONE);
        return java.util.Arrays.copyOf(target.array(), target.position());
    }

    @Test
    void isNotCalledWhenItsFrameIsWrittenHoweverOften() throws Exception {
        FrameEncoder encoder = new FrameEncoder(
                new OutgoingFrame(Envelope.REQUESTS, "<requests></requests>".getBytes(UTF_8), List.of(asked)),
                FrameLimits.defaults());
        lastAsked.set(null);
        byte[] first = write(encoder);
        assertArrayEquals(first, write(encoder));
        try (FramePieces pieces = encoder.pieces(RootAttributes.NONE)) {
            while (pieces.next() != null) {
                // To the end.
            }
        }
        assertEquals(null, lastAsked.get());
    }
}
