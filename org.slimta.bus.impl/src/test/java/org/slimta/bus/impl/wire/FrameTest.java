package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;

class FrameTest {

    private static final FrameLimits LIMITS = FrameLimits.defaults();
    private final Random random = new Random(1);

    private static byte[] encode(OutgoingFrame frame) throws Exception {
        FrameEncoder encoder = new FrameEncoder(frame, LIMITS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (FramePieces pieces = encoder.pieces(RootAttributes.NONE)) {
            for (ByteBuffer piece = pieces.next(); piece != null; piece = pieces.next()) {
                assertTrue(piece.remaining() <= FramePieces.MAX_READ_BYTES, piece.remaining() + " bytes in one piece");
                assertTrue(piece.hasRemaining(), "there is nothing to be sent");
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy);
            }
        }
        assertEquals(encoder.size(), bytes.size());
        if (encoder.isSmall()) {
            assertArrayEquals(bytes.toByteArray(), putTogether(encoder, RootAttributes.NONE));
        }
        return bytes.toByteArray();
    }

    private static byte[] putTogether(FrameEncoder encoder, byte[] rootAttributes) {
        ByteBuffer bytes = ByteBuffer.allocate(encoder.room());
        encoder.putInto(bytes, rootAttributes);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static OutgoingFrame frame(byte[]... parts) {
        List<Attachment> attachments = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            attachments.add(Attachment.of(parts[i]));
        }
        return new OutgoingFrame(Envelope.REQUESTS, parts[0], attachments);
    }

    @Test
    void theFormIsThatOfTheWirePage() throws Exception {
        assertArrayEquals(
                new byte[] {0, 3, 0, 0, 0, 2, 'h', 'i', 0, 0, 0, 0, 0, 0, 0, 1, 'x'},
                encode(frame("hi".getBytes(), new byte[0], new byte[] {'x'})));
    }

    @Test
    void whateverPartsAndHoweverCutWhatIsWrittenIsRead() throws Exception {
        for (int round = 0; round < 300; round++) {
            byte[][] parts = new byte[1 + random.nextInt(6)][];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = bytes(random.nextInt(4) == 0 ? 0 : random.nextInt(1 << random.nextInt(18)));
            }
            byte[] wire = encode(frame(parts));
            FrameDecoder decoder = new FrameDecoder(LIMITS);
            Frame read = null;
            for (int from = 0; from < wire.length; ) {
                assertNull(read);
                int count = Math.min(wire.length - from, 1 + random.nextInt(1 << random.nextInt(16)));
                read = decoder.decode(ByteBuffer.wrap(wire, from, count));
                from += count;
            }
            assertNotNull(read);
            assertFalse(decoder.isMidFrame());
            assertArrayEquals(parts[0], read.xml());
            assertEquals(parts.length - 1, read.attachments().size());
            for (int i = 1; i < parts.length; i++) {
                assertArrayEquals(parts[i], read.attachments().get(i - 1).toByteArray());
            }
        }
    }

    @Test
    void framesFollowEachOther() throws Exception {
        byte[] one = encode(frame("one".getBytes(), bytes(10)));
        byte[] two = encode(frame("two".getBytes()));
        ByteBuffer both =
                ByteBuffer.allocate(one.length + two.length).put(one).put(two).flip();
        FrameDecoder decoder = new FrameDecoder(LIMITS);
        assertArrayEquals("one".getBytes(), decoder.decode(both).xml());
        assertEquals(two.length, both.remaining());
        assertArrayEquals("two".getBytes(), decoder.decode(both).xml());
        assertNull(decoder.decode(both));
    }

    @Test
    void attachmentsInFilesAndInManyPieces(@TempDir Path folder) throws Exception {
        byte[] inFile = bytes(700_000);
        byte[] inPieces = bytes(100_000);
        Path file = Files.write(folder.resolve("part"), inFile);
        Attachment pieces = Attachment.of(List.of(
                ByteBuffer.wrap(inPieces, 0, 40_000),
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(inPieces, 40_000, 60_000),
                ByteBuffer.allocate(0)));
        OutgoingFrame frame = new OutgoingFrame(
                Envelope.REQUESTS,
                "a somewhat longer xml".getBytes(),
                List.of(Attachment.of(file), pieces, Attachment.of(bytes(5))));
        Frame read = new FrameDecoder(LIMITS).decode(ByteBuffer.wrap(encode(frame)));
        assertArrayEquals(inFile, read.attachments().get(0).toByteArray());
        assertArrayEquals(inPieces, read.attachments().get(1).toByteArray());
        assertEquals(5, read.attachments().get(2).size());
    }

    /** The progress of a frame is seen with each piece. */
    @Test
    void largeXmlLeavesInPieces() throws Exception {
        byte[] xml = bytes(1_000_000);
        byte[] attachment = bytes(1_000_000);
        byte[] bytes = encode(new OutgoingFrame(
                Envelope.REQUESTS, xml, List.of(Attachment.of(attachment), Attachment.of(bytes(10)))));
        assertArrayEquals(xml, Arrays.copyOfRange(bytes, 6, 6 + xml.length));
        assertArrayEquals(attachment, Arrays.copyOfRange(bytes, 10 + xml.length, 10 + xml.length + attachment.length));
    }

    @Test
    void rootAttributesAreAddedLast() throws Exception {
        OutgoingFrame frame = new EnvelopeWriter(Envelope.REQUESTS).finish();
        FrameEncoder encoder = new FrameEncoder(frame, LIMITS);
        byte[] attributes = RootAttributes.request(Long.MAX_VALUE, 60_000);
        Frame read = new FrameDecoder(LIMITS).decode(ByteBuffer.wrap(putTogether(encoder, attributes)));
        assertEquals(
                "<requests tx=\"9223372036854775807\" ttl=\"60000\">\r\n</requests>\r\n",
                new String(read.xml(), US_ASCII));
        assertEquals("<requests>\r\n</requests>\r\n", new String(frame.xml(), US_ASCII));
    }

    @Test
    void attachmentsThatAreNotInMemoryCanBeLoaded(@TempDir Path folder) throws Exception {
        byte[] inFile = bytes(10_000);
        Path file = Files.write(folder.resolve("part"), inFile);
        FrameEncoder encoder =
                new FrameEncoder(new OutgoingFrame(Envelope.REQUESTS, bytes(20), List.of(Attachment.of(file))), LIMITS);
        assertTrue(encoder.mayBlock());
        assertFalse(encoder.isSmall());
        encoder.load();
        assertFalse(encoder.mayBlock());
        assertTrue(encoder.isSmall());
        Frame read = new FrameDecoder(LIMITS).decode(ByteBuffer.wrap(putTogether(encoder, RootAttributes.NONE)));
        assertArrayEquals(inFile, read.attachments().get(0).toByteArray());
    }

    /** An attachment all of whose methods fail from some call of size() on. */
    private record FailingAttachment(Throwable thrown, int goodCalls, AtomicInteger calls) implements Attachment {

        @Override
        public long size() {
            if (calls.incrementAndGet() > goodCalls) {
                FrameTest.<RuntimeException>sneak(thrown);
            }
            return 10;
        }

        @Override
        public InputStream open() {
            FrameTest.<RuntimeException>sneak(thrown);
            return null;
        }
    }

    static Stream<Throwable> whatStreamsThrow() {
        return Stream.of(
                new IllegalStateException("A".repeat(1_000_000)),
                new NoClassDefFoundError("gone"),
                new StackOverflowError(),
                new IOException("no\nmore"));
    }

    @ParameterizedTest
    @MethodSource("whatStreamsThrow")
    void whateverAnAttachmentThrowsIsACodecFailure(Throwable thrown) throws Exception {
        for (int goodCalls : new int[] {0, 1, 2, 3, 100}) {
            Attachment attachment = new FailingAttachment(thrown, goodCalls, new AtomicInteger());
            OutgoingFrame frame = new OutgoingFrame(Envelope.REQUESTS, bytes(20), List.of(attachment));
            BusException failure = assertThrows(BusException.class, () -> new FrameEncoder(frame, LIMITS).load());
            assertEquals(Reason.CODEC, failure.reason());
            assertTrue(
                    failure.getMessage().length() < 1000, failure.getMessage().length() + " characters");
            assertFalse(failure.getMessage().contains("\n"));
        }
    }

    @ParameterizedTest
    @MethodSource("whatStreamsThrow")
    void whateverAnAttachmentThrowsWhileItIsSentIsAnIoException(Throwable thrown) throws Exception {
        Attachment attachment = new FailingAttachment(thrown, 100, new AtomicInteger());
        FramePieces pieces = new FrameEncoder(
                        new OutgoingFrame(Envelope.REQUESTS, bytes(20), List.of(attachment)), LIMITS)
                .pieces(RootAttributes.NONE);
        IOException failure = assertThrows(IOException.class, () -> {
            while (pieces.next() != null) {
                // The attachment comes after the pieces before it.
            }
        });
        assertTrue(failure.getMessage().length() < 1000, failure.getMessage().length() + " characters");
    }

    /** Throws a checked exception without declaring it. */
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        @SuppressWarnings("unchecked")
        X failure = (X) thrown;
        throw failure;
    }

    @Test
    void anAttachmentOfNegativeSizeIsRefused() {
        Attachment attachment = new Attachment() {
            @Override
            public long size() {
                return -1;
            }

            @Override
            public InputStream open() {
                return InputStream.nullInputStream();
            }
        };
        OutgoingFrame frame = new OutgoingFrame(Envelope.REQUESTS, bytes(20), List.of(attachment));
        BusException failure = assertThrows(BusException.class, () -> new FrameEncoder(frame, LIMITS));
        assertEquals(Reason.CODEC, failure.reason());
    }

    @Test
    void anAnnouncedSizeCostsNoMemory() throws Exception {
        // 100,000 parts that announce 64 MiB each would be 6 TiB.
        byte[] claim = {0, 2, 0, 0, 0, 1, 'x', 4, 0, 0, 0, 'y'};
        List<FrameDecoder> claims = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            FrameDecoder decoder = new FrameDecoder(LIMITS);
            assertNull(decoder.decode(ByteBuffer.wrap(claim)));
            assertTrue(decoder.isMidFrame());
            claims.add(decoder);
        }
        assertEquals(100_000, claims.size());
    }

    @Test
    void limitsAreNamedAndDoNotCountTheAttributesOfTheRoot() {
        FrameLimits limits = FrameLimits.builder()
                .maxParts(3)
                .maxXmlSize(10)
                .maxPartSize(80)
                .maxFrameSize(35)
                .build();
        assertRefused(limits, "the frame has 4 parts, over the limit maxParts of 3", 0, 4, 0, 0, 0, 1, '<');
        int[] xml = new int[2 + 4 + 171];
        Arrays.fill(xml, '<');
        System.arraycopy(new int[] {0, 1, 0, 0, 0, 171}, 0, xml, 0, 6);
        assertRefused(limits, "the XML has 171 bytes, over the limit maxXmlSize of 10", xml);
        assertRefused(
                limits, "part 2 has 81 bytes, over the limit maxPartSize of 80", 0, 2, 0, 0, 0, 1, 'x', 0, 0, 0, 81);
        assertRefused(
                limits,
                "part 2 has 4294967295 bytes, over the limit maxPartSize of 80",
                0,
                2,
                0,
                0,
                0,
                1,
                'x',
                255,
                255,
                255,
                255);
        FrameLimits forLargeParts =
                FrameLimits.builder().maxFrameSize(35).maxPartSize(180).build();
        int[] sum = new int[2 + 4 + 1 + 4 + 180 + 4];
        sum[1] = 3;
        sum[5] = 1;
        sum[10] = 180;
        sum[194] = 19;
        assertRefused(forLargeParts, "the frame has at least 200 bytes, over the limit maxFrameSize of 35", sum);
    }

    private static void assertRefused(FrameLimits limits, String message, int... wire) {
        ByteBuffer bytes = ByteBuffer.allocate(wire.length);
        for (int b : wire) {
            bytes.put((byte) b);
        }
        BusException failure = assertThrows(BusException.class, () -> new FrameDecoder(limits).decode(bytes.flip()));
        assertEquals(Reason.TOO_LARGE, failure.reason());
        assertEquals(message, failure.getMessage());
    }

    @Test
    void noPartsIsMalformed() {
        BusException failure =
                assertThrows(BusException.class, () -> new FrameDecoder(LIMITS).decode(ByteBuffer.wrap(new byte[2])));
        assertEquals(Reason.MALFORMED, failure.reason());
    }

    @Test
    void limitsHoldForWriting() {
        FrameLimits limits = FrameLimits.builder().maxParts(2).maxPartSize(5).build();
        assertEquals(
                "the frame has 3 parts, over the limit maxParts of 2",
                assertThrows(BusException.class, () -> new FrameEncoder(frame(bytes(1), bytes(1), bytes(1)), limits))
                        .getMessage());
        assertEquals(
                "part 2 has 6 bytes, over the limit maxPartSize of 5",
                assertThrows(BusException.class, () -> new FrameEncoder(frame(bytes(1), bytes(6)), limits))
                        .getMessage());
    }
}
