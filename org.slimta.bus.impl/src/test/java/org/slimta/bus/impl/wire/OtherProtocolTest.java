package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;

/** Other protocols are recognized, of clients and of servers, and a frame is never taken for one. */
class OtherProtocolTest {

    private static final FrameLimits USUAL = FrameLimits.defaults();
    private static final FrameLimits WIDEST = FrameLimits.builder()
            .maxParts(65_535)
            .maxPartSize(4_294_967_295L)
            .maxFrameSize(Long.MAX_VALUE)
            .maxXmlSize(Integer.MAX_VALUE)
            .build();
    private static final FrameLimits NARROW =
            FrameLimits.builder().maxParts(1).maxXmlSize(100).build();

    /** The failure of bytes that arrive in pieces of some size; null if there is none yet. */
    private static BusException failure(byte[] bytes, int piece, FrameLimits limits) {
        FrameDecoder decoder = new FrameDecoder(limits);
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                ByteBuffer arrived = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
                assertNull(decoder.decode(arrived));
                assertTrue(decoder.isMidFrame());
            }
        } catch (BusException e) {
            return e;
        }
        return null;
    }

    private static void assertRecognized(String protocol, byte[] bytes) {
        for (FrameLimits limits : List.of(USUAL, WIDEST, NARROW)) {
            BusException whole = failure(bytes, bytes.length, limits);
            assertNotNull(whole, "it waits for more");
            assertEquals(Reason.MALFORMED, whole.reason(), whole.getMessage());
            assertTrue(whole.getMessage().contains(protocol), whole.getMessage());
            for (int piece : new int[] {1, 2, 3, 5, 6, 7}) {
                assertEquals(whole.getMessage(), failure(bytes, piece, limits).getMessage());
            }
        }
    }

    static Stream<Arguments> firstLines() {
        return Stream.of(
                Arguments.of("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("HTTP", "POST /mail HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
                Arguments.of("HTTP", "HEAD / HTTP/1.0\r\n\r\n"),
                Arguments.of("HTTP", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("HTTP", "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\n\r\n"),
                Arguments.of("HTTP", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
                Arguments.of("HTTP", "HTTP/1.0 408 Request Timeout\n\n"),
                Arguments.of("SMTP", "220 mail.example.com ESMTP Postfix\r\n"),
                Arguments.of("SMTP", "220-mail.example.com ESMTP\r\n220 ready\r\n"),
                Arguments.of("SMTP", "554 No SMTP service here\r\n"),
                Arguments.of("SMTP or FTP", "220 (vsFTPd 3.0.3)\r\n"),
                Arguments.of("SMTP", "EHLO client.example.com\r\n"),
                Arguments.of("SMTP", "ehlo client.example.com\r\n"),
                Arguments.of("SMTP", "HELO client\r\n"),
                Arguments.of("SMTP", "LHLO client.example.com\r\n"),
                Arguments.of("SMTP", "MAIL FROM:<alice@example.com>\r\n"),
                Arguments.of("SMTP", "QUIT\r\n."),
                Arguments.of("SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
                Arguments.of("IMAP", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"),
                Arguments.of("IMAP", "* PREAUTH IMAP4rev1 server logged in\r\n"),
                Arguments.of("IMAP", "* BYE too many connections\r\n"),
                Arguments.of("IMAP", "a001 CAPABILITY\r\n"),
                Arguments.of("IMAP", "A1 login alice secret\r\n"),
                Arguments.of("POP3", "+OK Dovecot ready. <1896.697170952@example.com>\r\n"),
                Arguments.of("POP3", "+OK\r\nmore"),
                Arguments.of("POP3", "-ERR no\r\n"),
                Arguments.of("POP3", "USER alice\r\n"),
                Arguments.of("POP3", "CAPA\r\n."),
                Arguments.of("another protocol", "hello, is anybody there?\r\n"),
                Arguments.of("another protocol", "<?xml version='1.0'?><requests></requests>\r\n"),
                Arguments.of("another protocol", "<requests>\r\n</requests>\r\n"),
                Arguments.of("another protocol", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 4025\r\n"));
    }

    @ParameterizedTest
    @MethodSource("firstLines")
    void aTextProtocolIsTold(String protocol, String firstLine) {
        assertRecognized("to speak " + protocol + ",", firstLine.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "16030100c8010000c40303", // ClientHello of TLS 1.2 and 1.3
                "1603010200010001fc0303", // one of 512 bytes
                "16030300370200003303", // ServerHello
                "160300002d0100002903", // ClientHello of SSL 3
                "15030100020228", // alert: handshake_failure
                "15030300020246" // alert: protocol_version
            })
    void tlsIsTold(String bytes) {
        assertRecognized(
                "the peer uses TLS, but TLS is off for this bus", HexFormat.of().parseHex(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUIT\r\n", "CAPA\r\n", "+OK\r\n", "NOOP\r\n"})
    void aShortLineIsEnoughIfItsSizeWouldBeOverTheLimit(String line) {
        BusException failure = failure(line.getBytes(US_ASCII), 1, USUAL);
        assertEquals(Reason.MALFORMED, failure.reason());
        assertTrue(failure.getMessage().contains("'" + line.trim() + "'"), failure.getMessage());
    }

    @Test
    void theFirstLineIsShownCutAndVisible() {
        String message = failure("220 \u001b[31m\u009b mail SMTP \u00e4\tx\r\n".getBytes(ISO_8859_1), 1000, USUAL)
                .getMessage();
        assertTrue(
                message.contains("over the limit maxXmlSize"),
                "there is an escape in it, so it is no text: " + message);
        message = failure("220 mail\tSMTP \u009b\r\n".getBytes(ISO_8859_1), 1000, USUAL)
                .getMessage();
        assertTrue(message.contains("'220 mail\\tSMTP \\u009b'"), message);
        message = failure(("220 " + "x".repeat(1_000_000)).getBytes(ISO_8859_1), 1000, USUAL)
                .getMessage();
        assertTrue(message.length() < 300, message);
    }

    /** Its numbers look like letters, but it is a frame. */
    @ParameterizedTest
    @ValueSource(ints = {0x2020, 0x3232, 0x4745, 0x5353, 0x7e7e, 0x1603, 0x1503})
    void aFrameWithSoManyPartsIsRead(int parts) throws Exception {
        byte[] xml = "<requests>\r\n</requests>\r\n".getBytes(US_ASCII);
        ByteBuffer frame = ByteBuffer.allocate(Short.BYTES + parts * Integer.BYTES + xml.length);
        frame.putShort((short) parts).putInt(xml.length).put(xml).rewind();
        for (int piece : new int[] {frame.capacity(), 1, 7}) {
            FrameDecoder decoder = new FrameDecoder(WIDEST);
            Frame read = null;
            for (int at = 0; at < frame.capacity(); at += piece) {
                assertNull(read);
                read = decoder.decode(frame.slice(at, Math.min(piece, frame.capacity() - at)));
            }
            assertEquals(parts - 1, read.attachments().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / <requests>",
                "220 mx<requests>",
                "* OK [\r\n<requests>",
                "+OK do \t<requests>",
                "SSH-2.\u00ef\u00bb\u00bf<requests>"
            })
    void aHeadOfLettersIsAHeadIfTheLimitsAllowItAndXmlFollows(String start) {
        for (int piece : new int[] {1, 100}) {
            assertNull(failure(start.getBytes(ISO_8859_1), piece, WIDEST));
            BusException failure = failure((start + "\r\n").getBytes(ISO_8859_1), piece, USUAL);
            assertEquals(Reason.MALFORMED, failure.reason(), "with that size it cannot be read anyway");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0001 7fffffff, maxXmlSize", // not text
        "3030 00900000, maxXmlSize", // the size has a byte that is not text
        "4141 00000010, maxParts",
        "ffff 00000010, maxParts",
        "1603 05000000 3c, maxXmlSize", // not a version of TLS
        "1503 ff000000 3c, maxXmlSize"
    })
    void aHeadThatIsOverALimitAndNothingElseIsTooLarge(String bytes, String limit) {
        // The transaction of the frame is in its XML, so the decoder waits for the beginning of that.
        String xml = (bytes.endsWith("3c") ? "" : "<") + "requests tx=\"1\">" + " ".repeat(10_000);
        String wire = bytes.replace(" ", "") + HexFormat.of().formatHex(xml.getBytes(US_ASCII));
        for (int piece : new int[] {1, 100}) {
            BusException failure = failure(HexFormat.of().parseHex(wire), piece, USUAL);
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertTrue(failure.getMessage().contains("over the limit " + limit), failure.getMessage());
        }
    }

    @Test
    void aLaterFrameIsNotChecked() throws Exception {
        byte[] xml = "<requests>\r\n</requests>\r\n".getBytes(US_ASCII);
        FrameDecoder decoder = new FrameDecoder(USUAL);
        ByteBuffer frame = ByteBuffer.allocate(100)
                .putShort((short) 1)
                .putInt(xml.length)
                .put(xml)
                .flip();
        assertNotNull(decoder.decode(frame));
        ByteBuffer next = ByteBuffer.wrap("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
        assertEquals(
                Reason.TOO_LARGE,
                assertThrows(BusException.class, () -> decoder.decode(next)).reason());
    }
}
