package org.slimta.bus.impl.carrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.Frame;

/** One frame that arrives in pieces. */
class FrameAssemblyTest {

    private static final String XML = "<requests tx=\"7\"><text>a</text></requests>";
    private static final FrameLimits LIMITS = FrameLimits.builder()
            .maxParts(3)
            .maxXmlSize(100)
            .maxPartSize(2000)
            .maxFrameSize(3000)
            .build();

    private final MemoryBudget budget = new MemoryBudget(1 << 20, new ManualTimer(), each -> {});
    private final Recorded assembly = new Recorded(budget);

    /** Records what comes of the frame. */
    private static final class Recorded extends FrameAssembly {

        private final List<Frame> frames = new ArrayList<>();
        private final List<BusException> failures = new ArrayList<>();
        private byte[] start;
        private int over;
        private BusException excess;

        Recorded(MemoryBudget budget) {
            super(LIMITS, budget, budget.newAccount());
        }

        @Override
        void onFrame(Frame frame) {
            frames.add(frame);
        }

        @Override
        void onRejected(byte[] startOrNull, BusException failure) {
            start = startOrNull;
            failures.add(failure);
        }

        @Override
        BusException excess(long frameBytes, long otherBytes) {
            return excess;
        }

        @Override
        void onOver() {
            over++;
        }

        BusException failure() {
            assertEquals(1, failures.size(), failures.toString());
            assertEquals(List.of(), frames);
            return failures.get(0);
        }
    }

    private boolean receive(byte[] bytes) {
        return assembly.receive(ByteBuffer.wrap(bytes));
    }

    /** Passes a frame that is over a limit of which the number of the transaction is known. */
    private void rejects(byte[] frame, String limit) {
        assertTrue(receive(frame));
        BusException failure = assembly.failure();
        assertEquals(Reason.TOO_LARGE, failure.reason());
        assertTrue(failure.getMessage().contains(limit), failure.getMessage());
        assertTrue(
                new String(assembly.start, UTF_8).startsWith("<requests tx=\"7\">"), new String(assembly.start, UTF_8));
        assertEquals(0, budget.total());
        assertEquals(1, assembly.over);
    }

    @Test
    void aFrameInSingleBytesIsCompleteWithItsLastByte() {
        byte[] attachment = {1, 2, 3};
        byte[] frame = FrameDocuments.frame(XML, attachment);
        for (int i = 0; i < frame.length - 1; i++) {
            assertFalse(receive(new byte[] {frame[i]}), "byte " + i);
        }
        assertTrue(receive(new byte[] {frame[frame.length - 1]}));
        assertEquals(1, assembly.frames.size());
        assertEquals(XML, new String(assembly.frames.get(0).xml(), UTF_8));
        assertEquals(List.of(), assembly.failures);
    }

    @Test
    void aFrameInOneBufferIsComplete() throws Exception {
        byte[] attachment = new byte[1000];
        attachment[999] = 5;
        assertTrue(receive(FrameDocuments.frame(XML, attachment)));
        assertArrayEquals(
                attachment, assembly.frames.get(0).attachments().get(0).toByteArray());
    }

    @Test
    void bytesAfterTheEndOfTheFrameFailItsTransaction() {
        byte[] frame = FrameDocuments.frame(XML);
        assertTrue(assembly.receive(
                ByteBuffer.allocate(frame.length + 1).put(frame).rewind()));
        assertEquals(Reason.MALFORMED, assembly.failure().reason());
        assertEquals(XML, new String(assembly.start, UTF_8));
    }

    @Test
    void nothingIsReadAfterTheEnd() {
        receive(FrameDocuments.frame(XML));
        ByteBuffer more = ByteBuffer.wrap(FrameDocuments.frame(XML));
        assertTrue(assembly.receive(more));
        assertEquals(0, more.position());
        assertEquals(1, assembly.frames.size());
        assertEquals(List.of(), assembly.failures);
    }

    @Test
    void noBytesChangeNothing() {
        assertFalse(receive(new byte[0]));
        assertTrue(receive(FrameDocuments.frame(XML)));
        assertEquals(1, assembly.frames.size());
    }

    @Test
    void moreThanMaxPartsIsRejected() {
        rejects(FrameDocuments.frame(XML, new byte[1], new byte[1], new byte[1]), "maxParts");
    }

    @Test
    void moreThanMaxXmlSizeIsRejected() {
        String xml = "<requests tx=\"7\"><text>" + "a".repeat(500) + "</text></requests>";
        rejects(FrameDocuments.frame(xml), "maxXmlSize");
    }

    @Test
    void moreThanMaxPartSizeIsRejected() {
        rejects(FrameDocuments.frame(XML, new byte[2001]), "maxPartSize");
    }

    @Test
    void moreThanMaxFrameSizeIsRejected() {
        rejects(FrameDocuments.frame(XML, new byte[2000], new byte[2000]), "maxFrameSize");
    }

    @Test
    void moreThanMemoryLimitIsRejected() {
        budget.setLimit(1000);
        rejects(FrameDocuments.frame(XML, new byte[1500]), "memoryLimit");
    }

    @Test
    void moreThanTheOwnerAllowsIsRejectedBeforeTheFrameIsComplete() {
        assembly.excess = new BusException(Reason.OVERLOADED, "no memory is left");
        byte[] frame = FrameDocuments.frame(XML);
        assertTrue(receive(Arrays.copyOf(frame, frame.length - 15)));
        assertEquals(Reason.OVERLOADED, assembly.failure().reason());
        assertEquals("<requests tx=\"7\"><text>", new String(assembly.start, UTF_8));
        assertEquals(0, budget.total());
    }

    @Test
    void whatIsNoFrameIsRejectedWithoutANumber() {
        assertTrue(receive("GET / HTTP/1.1\r\nHost: somewhere.example\r\n\r\n".getBytes(UTF_8)));
        assertEquals(Reason.MALFORMED, assembly.failure().reason());
        assertNull(assembly.start);
    }

    @Test
    void whatHasArrivedCountsUntilTheFrameIsComplete() {
        byte[] frame = FrameDocuments.frame(XML, new byte[1000]);
        receive(Arrays.copyOf(frame, 700));
        assertTrue(budget.total() >= 600, budget.total() + " bytes");
        assertTrue(receive(Arrays.copyOfRange(frame, 700, frame.length)));
        assertEquals(0, budget.total());
    }

    @Test
    void whatHasArrivedDoesNotCountWhenTheRestWillNotArrive() {
        byte[] frame = FrameDocuments.frame(XML, new byte[1000]);
        receive(Arrays.copyOf(frame, 700));
        assembly.close();
        assertEquals(0, budget.total());
        assertTrue(receive(Arrays.copyOfRange(frame, 700, frame.length)), "nothing more is needed");
        assertEquals(List.of(), assembly.frames);
        assertEquals(List.of(), assembly.failures);
    }

    @Test
    void itEndsOnceHoweverItEnds() {
        receive(FrameDocuments.frame(XML));
        assembly.reject(new BusException(Reason.TIMEOUT, "too late"));
        assembly.close();
        assembly.close();
        assertEquals(1, assembly.over);
        assertEquals(1, assembly.frames.size());
        assertEquals(List.of(), assembly.failures);
    }

    @Test
    void aFrameIsRejectedWithWhatHasArrivedOfItsXml() {
        byte[] frame = FrameDocuments.frame(XML);
        receive(Arrays.copyOf(frame, frame.length - 15));
        assembly.reject(new BusException(Reason.TIMEOUT, Duration.ofSeconds(1) + " are over"));
        assertEquals(Reason.TIMEOUT, assembly.failure().reason());
        assertEquals("<requests tx=\"7\"><text>", new String(assembly.start, UTF_8));
        assertEquals(0, budget.total());
    }

    /** A carrier may keep the receiver for long, and what it had received counts no more. */
    @Test
    void aFrameThatIsOverKeepsNoBytes() throws Exception {
        byte[] frame = FrameDocuments.frame(XML, new byte[1000]);
        receive(Arrays.copyOf(frame, 700));
        Field decoder = FrameAssembly.class.getDeclaredField("decoder");
        decoder.setAccessible(true);
        assertNotNull(decoder.get(assembly));
        assembly.reject(new BusException(Reason.TIMEOUT, "too late"));
        assertNull(decoder.get(assembly));
    }
}
