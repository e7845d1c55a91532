package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.xml.XmlReader;

/** A frame over a limit is rejected alone, with its transaction, and the frames behind it are read. */
class RejectedFrameTest {

    private static final FrameLimits LIMITS = FrameLimits.builder()
            .maxParts(4)
            .maxXmlSize(100)
            .maxPartSize(2000)
            .maxFrameSize(3000)
            .build();

    private static final String XML = "<requests tx=\"7\" ttl=\"60000\">\r\n</requests>\r\n";

    private final FrameHeaderReader headers = new FrameHeaderReader(new XmlReader(FrameLimits.defaults()));

    private static byte[] frame(String xml, int... attachments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(1 + attachments.length);
            out.writeInt(xml.getBytes(UTF_8).length);
            out.write(xml.getBytes(UTF_8));
            for (int size : attachments) {
                out.writeInt(size);
                out.write(new byte[size]);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] concatenate(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static String padded(String xml, int size) {
        return xml.replace("</", " ".repeat(size - xml.length()) + "</");
    }

    /** The result of a decoder: the XML of a frame, or the number and the failure of a rejected one. */
    private List<String> read(FrameDecoder decoder, byte[] wire, Random cuts) {
        List<String> read = new ArrayList<>();
        for (int from = 0; from < wire.length; ) {
            int count =
                    cuts == null ? wire.length : Math.min(wire.length - from, 1 + cuts.nextInt(1 << cuts.nextInt(13)));
            ByteBuffer bytes = ByteBuffer.wrap(wire, from, count);
            do {
                try {
                    Frame frame = decoder.decode(bytes);
                    if (frame != null) {
                        read.add(new String(frame.xml(), UTF_8));
                    }
                } catch (RejectedFrameException e) {
                    assertEquals(Reason.TOO_LARGE, e.reason());
                    read.add((e.start() == null
                                    ? "again"
                                    : headers.readStart(e.start()).tx()) + ": " + e.getMessage());
                    if (!e.isSkipped()) {
                        return read;
                    }
                    assertEquals(0, decoder.held(), "nothing of it is kept");
                } catch (BusException e) {
                    read.add("failed: " + e.getMessage());
                    return read;
                }
            } while (bytes.hasRemaining());
            from += count;
        }
        assertFalse(decoder.isMidFrame());
        assertEquals(0, decoder.held());
        return read;
    }

    private void assertRead(byte[] wire, String... expected) {
        assertEquals(List.of(expected), read(new FrameDecoder(LIMITS), wire, null));
        for (int seed = 0; seed < 30; seed++) {
            assertEquals(List.of(expected), read(new FrameDecoder(LIMITS), wire, new Random(seed)));
        }
    }

    @Test
    void eachLimitRejectsItsFrameAlone() {
        byte[] good = frame("<requests/>", 10, 0, 2000);
        assertRead(
                concatenate(good, frame(XML, 1, 2, 3, 0), good),
                "<requests/>",
                "7: the frame has 5 parts, over the limit maxParts of 4",
                "<requests/>");
        assertRead(
                concatenate(frame(" \t\r\n" + XML, 1, 2, 3, 0), good),
                "7: the frame has 5 parts, over the limit maxParts of 4",
                "<requests/>");
        assertRead(
                concatenate(frame(XML, 10, 2001, 5), good),
                "7: part 3 has 2001 bytes, over the limit maxPartSize of 2000",
                "<requests/>");
        assertRead(
                concatenate(frame(XML, 2000, 1500, 0), good),
                "7: the frame has at least 3544 bytes, over the limit maxFrameSize of 3000",
                "<requests/>");
        assertRead(
                concatenate(frame(padded(XML, 261), 17), good),
                "7: the XML has 261 bytes, over the limit maxXmlSize of 100",
                "<requests/>");
        assertRead(
                concatenate(frame(padded(XML, 50_000)), good, frame(padded(XML, 50_000), 2001, 0, 2001, 2001), good),
                "7: the XML has 50000 bytes, over the limit maxXmlSize of 100",
                "<requests/>",
                "7: the frame has 5 parts, over the limit maxParts of 4",
                "<requests/>");
    }

    @Test
    void theNumberIsFoundInWhateverFormTheRootHas() {
        for (String root : List.of(
                "<requests tx=\"7\">",
                "<requests tx=\"7\" ttl=\"soon\" h-a='>'>",
                "<?xml version='1.0' encoding='UTF-8'?>\n<!-- > --><requests ttl='1' tx='7' >")) {
            // The number is found wherever it is cut, even within a character.
            for (int shift = 0; shift < 4; shift++) {
                String xml = root + " ".repeat(shift) + "\u20ac".repeat(2000) + "</requests>";
                assertRead(
                        concatenate(frame(xml), frame("<requests/>")),
                        "7: the XML has " + xml.getBytes(UTF_8).length + " bytes, over the limit maxXmlSize of 100",
                        "<requests/>");
            }
        }
        assertRead(
                frame("<responses tx=\"7\">" + "\u20ac".repeat(2000) + "</responses>"),
                "7: the XML has 6030 bytes, over the limit maxXmlSize of 100");
    }

    @Test
    void noNumberIsMadeUp() {
        assertNull(headers.readStart(new byte[0]));
        for (String start : List.of(
                "<requests tx=\"7",
                "<requests tx=\"\">",
                "<requests tx=\"-7\">",
                "<requests tx=\"0\">",
                "<requests",
                "<requests tx='x'>",
                "<requests tx=\"1234567890123456789\"",
                "<other tx=\"7\">",
                "<control ping=\"7\"/>",
                "no XML")) {
            assertNull(headers.readStart(start.getBytes(UTF_8)), start);
        }
        assertEquals(0, headers.readStart("<requests>".getBytes(UTF_8)).tx());
    }

    @Test
    void aFrameThatIsVeryMuchTooLargeIsNotSkipped() throws Exception {
        FrameDecoder decoder = new FrameDecoder(LIMITS);
        ByteBuffer claim = ByteBuffer.wrap(frame(XML, 0));
        claim.putInt(claim.limit() - 4, (64 << 20) + 1);
        RejectedFrameException rejected = assertThrows(RejectedFrameException.class, () -> decoder.decode(claim));
        assertFalse(rejected.isSkipped());
        assertEquals(7, headers.readStart(rejected.start()).tx());
    }

    /** Its size becomes known only while it is skipped. */
    @Test
    void skippingHasAnEnd() throws Exception {
        FrameDecoder decoder = new FrameDecoder(LIMITS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(0xffff);
        out.writeInt(XML.length());
        out.writeBytes(XML);
        for (int i = 0; i < 0xfffe; i++) {
            out.writeInt(1200);
            out.write(new byte[1200]);
        }
        ByteBuffer wire = ByteBuffer.wrap(bytes.toByteArray());
        assertTrue(assertThrows(RejectedFrameException.class, () -> decoder.decode(wire))
                .isSkipped());
        RejectedFrameException again = assertThrows(RejectedFrameException.class, () -> decoder.decode(wire));
        assertFalse(again.isSkipped());
        assertNull(again.start());
        assertEquals(64 << 20, wire.position(), 0.1 * wire.position());
    }

    /** Otherwise the decoder would wait until the time of the frame is over. */
    @Test
    void bytesThatAreNotAFrameFailAtOnce() {
        for (byte[] wire : List.of(
                "EHLO mail.example.com\r\n".getBytes(UTF_8),
                "GET / HTTP/1.1\r\n".getBytes(UTF_8),
                new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3},
                new byte[] {0, 1, -1, -1, -1, -1})) {
            BusException failure = assertThrows(
                    BusException.class, () -> new FrameDecoder(FrameLimits.defaults()).decode(ByteBuffer.wrap(wire)));
            assertFalse(failure instanceof RejectedFrameException, "it is no frame");
            assertEquals(wire[0] == 0x16, failure instanceof TlsPeerException);
            assertEquals(wire[0] == 0 ? Reason.TOO_LARGE : Reason.MALFORMED, failure.reason());
        }
    }

    @Test
    void aFrameLargerThanTheMemoryLimitIsRejectedByItsAnnouncedSize() throws Exception {
        AtomicLong memoryLimit = new AtomicLong(1000);
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults(), memoryLimit::get);
        byte[] wire = concatenate(frame(XML, 900, 5), frame(padded(XML, 1000)), frame("<requests/>", 500));
        assertEquals(
                List.of(
                        "7: the frame takes at least 1424 bytes of memory, over the limit memoryLimit of 1000",
                        "7: the frame takes at least 1160 bytes of memory, over the limit memoryLimit of 1000",
                        "<requests/>"),
                read(decoder, wire, null));
        memoryLimit.set(1420);
        assertEquals(
                3,
                read(decoder, concatenate(wire, frame(XML, 950)), new Random(1)).stream()
                        .filter(line -> !line.startsWith("7"))
                        .count());
    }

    @Test
    void theUserOfTheDecoderMayRejectAFrame() throws Exception {
        byte[] wire = concatenate(frame(XML, 700, 0, 700), frame("<requests/>"));
        BusException failure = new BusException(Reason.OVERLOADED, "no room");
        int xmlEnd = 2 + 4 + XML.length();
        for (int at = 0; at < xmlEnd; at++) {
            FrameDecoder decoder = new FrameDecoder(LIMITS);
            assertNull(decoder.decode(ByteBuffer.wrap(wire, 0, at)));
            assertNull(decoder.reject(failure), "it is not known whom it is for");
            assertNotNull(decoder.decode(ByteBuffer.wrap(wire, at, wire.length - at)));
        }
        for (int at = xmlEnd; at < frame(XML, 700, 0, 700).length; at++) {
            FrameDecoder decoder = new FrameDecoder(LIMITS);
            assertNull(decoder.decode(ByteBuffer.wrap(wire, 0, at)));
            RejectedFrameException rejected = decoder.reject(failure);
            assertEquals(Reason.OVERLOADED, rejected.reason());
            assertEquals(7, headers.readStart(rejected.start()).tx());
            assertTrue(rejected.isSkipped());
            assertEquals(0, decoder.held());
            assertNull(decoder.reject(failure), "it was rejected already");
            assertEquals(List.of("<requests/>"), read(decoder, Arrays.copyOfRange(wire, at, wire.length), null));
        }
    }

    /** Skipped frames make no difference to the good ones among them, whatever the pieces of the bytes are. */
    @Test
    void anyMixtureHoweverCut() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            List<byte[]> pieces = new ArrayList<>();
            int good = 0;
            int bad = 0;
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                int[] attachments = random.ints(random.nextInt(8), 0, 1 + random.nextInt(4000))
                        .toArray();
                String xml = random.nextInt(4) == 0 ? padded(XML, 100 + random.nextInt(9000)) : XML;
                long size =
                        xml.length() + Arrays.stream(attachments).asLongStream().sum();
                boolean isGood = xml.length() <= 100 + RootAttributes.MAX_BYTES
                        && attachments.length <= 3
                        && size <= 3000 + RootAttributes.MAX_BYTES
                        && Arrays.stream(attachments).allMatch(part -> part <= 2000);
                pieces.add(frame(xml, attachments));
                good += isGood ? 1 : 0;
                bad += isGood ? 0 : 1;
            }
            List<String> read =
                    read(new FrameDecoder(LIMITS), concatenate(pieces.toArray(byte[][]::new)), new Random(round));
            assertEquals(
                    bad, read.stream().filter(line -> line.startsWith("7: ")).count(), read::toString);
            assertEquals(
                    good,
                    read.stream().filter(line -> line.startsWith("<requests")).count(),
                    read::toString);
        }
    }

    @Test
    void onlyTheBeginningIsKept() throws Exception {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        byte[] wire = frame(padded(XML, 9 << 20));
        RejectedFrameException rejected = assertInstanceOf(
                RejectedFrameException.class,
                assertThrows(BusException.class, () -> decoder.decode(ByteBuffer.wrap(wire))));
        assertArrayEquals(XML.substring(0, 29).getBytes(UTF_8), rejected.start());
    }
}
