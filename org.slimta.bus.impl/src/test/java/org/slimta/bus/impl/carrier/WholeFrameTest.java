package org.slimta.bus.impl.carrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/** The bytes of one outbound frame. */
class WholeFrameTest {

    private static final byte[] ATTRIBUTES = RootAttributes.request(12, 3456);

    private final List<BusException> failures = new ArrayList<>();

    private WholeFrame frame(Attachment... attachments) throws Exception {
        byte[] xml = new EnvelopeWriter(Envelope.REQUESTS).finish().xml();
        OutgoingFrame outgoing = new OutgoingFrame(Envelope.REQUESTS, xml, List.of(attachments));
        return new WholeFrame(new FrameEncoder(outgoing, FrameLimits.defaults()), ATTRIBUTES, failures::add);
    }

    /** An attachment that is not in memory. */
    private static final class Streamed implements Attachment {

        private final int size;
        private final int really;
        private int open;

        Streamed(int size, int really) {
            this.size = size;
            this.really = really;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() {
            open++;
            return new ByteArrayInputStream(new byte[really]) {

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private static void hasItsSize(WholeFrame frame) throws IOException {
        byte[] all = FrameDocuments.read(frame);
        assertEquals(frame.size(), all.length);
        assertTrue(new String(all, UTF_8).contains("<requests tx=\"12\" ttl=\"3456\""), new String(all, 0, 60, UTF_8));
        assertNull(frame.next());
    }

    @Test
    void aSmallFrameIsOneBufferOfItsSize() throws Exception {
        WholeFrame frame = frame(Attachment.of(new byte[100]));
        assertFalse(frame.mayBlock());
        assertEquals(frame.size(), frame.next().remaining());
        assertNull(frame.next());
        hasItsSize(frame(Attachment.of(new byte[100])));
    }

    @Test
    void aLargeFrameHasItsSizeInPieces() throws Exception {
        WholeFrame frame =
                frame(Attachment.of(new byte[400_000]), Attachment.of(new byte[0]), Attachment.of(new byte[7]));
        assertFalse(frame.mayBlock());
        hasItsSize(frame);
    }

    @Test
    void anAttachmentThatIsNotInMemoryIsReadToItsEndAndClosed() throws Exception {
        Streamed attachment = new Streamed(300_000, 300_000);
        WholeFrame frame = frame(attachment);
        assertTrue(frame.mayBlock());
        hasItsSize(frame);
        assertEquals(0, attachment.open);
        assertEquals(List.of(), failures);
    }

    @Test
    void anAttachmentThatEndsTooSoonFailsTheFrameOnce() throws Exception {
        Streamed attachment = new Streamed(300_000, 299_999);
        WholeFrame frame = frame(attachment);
        assertThrows(IOException.class, () -> FrameDocuments.read(frame));
        assertEquals(0, attachment.open);
        assertNull(frame.next(), "nothing follows");
        assertEquals(1, failures.size());
        assertEquals(Reason.CODEC, failures.get(0).reason());
    }

    @Test
    void anAttachmentThatThrowsAnErrorFailsTheFrame() throws Exception {
        WholeFrame frame = frame(new Attachment() {

            @Override
            public long size() {
                return 300_000;
            }

            @Override
            public InputStream open() {
                throw new AssertionError("broken");
            }
        });
        IOException failure = assertThrows(IOException.class, () -> FrameDocuments.read(frame));
        assertTrue(failure.getMessage().contains("broken"), failure.getMessage());
        assertEquals(1, failures.size());
    }

    @Test
    void closingItClosesTheAttachmentThatIsBeingRead() throws Exception {
        Streamed attachment = new Streamed(600_000, 600_000);
        WholeFrame frame = frame(attachment);
        frame.next();
        frame.next();
        assertEquals(1, attachment.open);
        frame.close();
        frame.close();
        assertEquals(0, attachment.open);
        assertNull(frame.next());
        assertEquals(List.of(), failures);
    }

    @Test
    void anAttachmentThatFailsWhileItIsClosedDoesNotDisturb() throws Exception {
        WholeFrame frame = frame(new Attachment() {

            @Override
            public long size() {
                return 600_000;
            }

            @Override
            public InputStream open() {
                return new InputStream() {

                    @Override
                    public int read() {
                        return 0;
                    }

                    @Override
                    public void close() {
                        throw new AssertionError("broken");
                    }
                };
            }
        });
        frame.next();
        frame.next();
        frame.close();
        assertNull(frame.next());
    }
}
