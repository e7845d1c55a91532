package org.slimta.bus.impl.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;

/** Small frames leave in one piece, and one that fails does not take others with it. */
class FrameBatchTest {

    private final FrameQueue queue = new FrameQueue(null, () -> {}, System::nanoTime);
    private final FrameBatch batch = new FrameBatch();

    private ByteBuffer collect() {
        return batch.collect(queue.next(), queue);
    }

    private static List<String> framesIn(ByteBuffer bytes) throws Exception {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        List<String> frames = new ArrayList<>();
        Frame frame;
        while ((frame = decoder.decode(bytes)) != null) {
            frames.add(new String(frame.xml(), UTF_8));
        }
        assertFalse(decoder.isMidFrame());
        return frames;
    }

    /** A frame whose attachment changes its size after the frame was checked. */
    private static StubFrame changing(String xml) {
        ByteBuffer contents = ByteBuffer.wrap(new byte[100]);
        StubFrame frame = new StubFrame(xml, true, Attachment.of(new byte[10]), new Attachment() {
            @Override
            public long size() {
                return 100;
            }

            @Override
            public InputStream open() {
                throw new AssertionError("it is in memory");
            }

            @Override
            public List<ByteBuffer> buffers() {
                return List.of(contents);
            }
        });
        contents.position(1);
        return frame;
    }

    @Test
    void collectsSmallFramesUpToALargeOne() throws Exception {
        queue.add(StubFrame.of("<a/>"));
        queue.add(StubFrame.unwanted("<unwanted/>"));
        queue.add(StubFrame.of("<b/>"));
        StubFrame large = StubFrame.withStream("<large/>", new byte[10]);
        queue.add(large);
        queue.add(StubFrame.of("<c/>"));
        assertEquals(List.of("<a/>", "<b/>"), framesIn(collect()));
        assertEquals(20, batch.size());
        assertEquals(2 * FrameQueue.weight(StubFrame.of("<a/>")), batch.weight());
        assertSame(large, queue.next());
        assertEquals(List.of("<c/>"), framesIn(collect()));
        assertEquals(10, batch.size());
    }

    @Test
    void aPieceDoesNotGrowWithoutEnd() throws Exception {
        for (int i = 0; i < 10; i++) {
            queue.add(StubFrame.of("<a>" + "x".repeat(30_000) + "</a>"));
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(2, framesIn(collect()).size());
        }
        assertNull(queue.next());
    }

    @Test
    void aFrameThatFailsIsLeftOutAndCountsAsFinished() throws Exception {
        StubFrame first = StubFrame.of("<a/>");
        StubFrame bad = changing("<bad/>");
        StubFrame last = StubFrame.of("<b/>");
        queue.add(first);
        queue.add(bad);
        queue.add(last);
        assertEquals(List.of("<a/>", "<b/>"), framesIn(collect()));
        assertEquals(
                first.encoder().size() + bad.encoder().size() + last.encoder().size(), batch.size());
        assertEquals(Reason.CODEC, bad.failure().reason());
        assertEquals(
                "an attachment failed, or did not have its declared size, when the frame was sent",
                bad.failure().getMessage());
        assertNull(first.failure());
        assertNull(last.failure());
        assertEquals(List.of(), batch.removeAll());
    }
}
