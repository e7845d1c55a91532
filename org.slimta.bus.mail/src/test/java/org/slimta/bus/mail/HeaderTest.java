package org.slimta.bus.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.xml.Attachment;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeaderTest {

    private static final int MEBIBYTE = 1 << 20;

    /** Bytes that are not in memory; counts how often they were opened and how many of them were read. */
    private static final class Source implements Attachment {

        private final byte[] bytes;
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger read = new AtomicInteger();

        Source(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            opened.incrementAndGet();
            return new ByteArrayInputStream(bytes) {
                @Override
                public synchronized int read() {
                    read.incrementAndGet();
                    return super.read();
                }

                @Override
                public synchronized int read(byte[] target, int from, int length) {
                    int count = super.read(target, from, length);
                    read.addAndGet(Math.max(count, 0));
                    return count;
                }
            };
        }
    }

    private static Contents contents(String text) {
        return Contents.of(text.getBytes(UTF_8));
    }

    private static byte[] filled(String start, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        System.arraycopy(start.getBytes(UTF_8), 0, bytes, 0, start.length());
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ", "\t", " \t ", "\f", "\u000b", "\u3000", "\u00a0", "\u0085", "\u2028", "\u001f", "\u0000", "x"
            })
    void onlyAnEmptyLineEndsTheHeaders(String line) throws Exception {
        for (String end : List.of("\r\n", "\n")) {
            String before = "Received: one" + end;
            String after = "Subject: two" + end + end + "To: body" + end;
            for (String text : List.of(before + line + end + after, line + end + before + after, before + after)) {
                Contents contents = contents(text);
                assertEquals("two", contents.header("subject"), text);
                assertTrue(contents.header("received").startsWith("one"), text);
                assertNull(contents.header("to"), text);
            }
        }
    }

    @Test
    void anEmptyLineEndsTheHeadersHoweverManyCarriageReturnsItHas() throws Exception {
        Contents contents = contents("Subject: one\r\r\n more\r\r\n\r\r\nTo: body\r\r\n");
        assertEquals("one more", contents.header("subject"));
        assertNull(contents.header("to"));
        assertNull(contents("\nTo: body\n").header("to"));
    }

    @Test
    void unfoldingTakesOutTheLineEndAndNothingElse() throws Exception {
        assertEquals("a \t  b", contents("X: a \t\r\n  b \r\n \r\nY: c\r\n").header("x"));
        assertEquals("a \t\t b", contents("X:\t a \t\n\t b \t\n\n").header("x"));
        assertEquals("b", contents("X: \r\n b\r\n\r\n").header("x"));
        assertEquals("a  b", contents("X: a\r\n \r\n b\r\n\r\n").header("x"));
    }

    @Test
    void onlySpaceAndTabAreWhiteSpace() throws Exception {
        for (String blank : List.of("\u3000", "\u00a0", "\f", "\u000b", "\u0085", "\u001c", "\u0000")) {
            assertEquals(
                    blank + "v" + blank,
                    contents("X: \t" + blank + "v" + blank + "\t \r\n\r\n").header("x"));
            assertNull(contents("X" + blank + ": v\r\n\r\n").header("x"));
            assertEquals(
                    "v", contents("X: v\r\n" + blank + "folded: no\r\n\r\n").header("x"));
        }
        assertEquals("v", contents("X \t: v\r\n\r\n").header("x"));
    }

    @Test
    void namesMatchWhateverTheCaseOfAsciiLettersAndNoOthers() throws Exception {
        Contents contents =
                contents("\u212aind: kelvin\r\nBc\u0131: dotless\r\n\u017fubject: long s\r\nkInD: ascii\r\n\r\n");
        assertEquals("ascii", contents.header("Kind"));
        assertNull(contents.header("Bci"));
        assertNull(contents.header("subject"));
        assertNull(contents("@: x\r\n[: y\r\n\r\n").header("`"));
        assertNull(contents("@: x\r\n[: y\r\n\r\n").header("{"));
    }

    @Test
    void eachLineOfAHeaderMayBeUtf8OrLatin1() throws Exception {
        byte[] utf8 = "X: Grüße\r\n".getBytes(UTF_8);
        byte[] latin1 = " Köln\r\n\r\n".getBytes(ISO_8859_1);
        byte[] both = Arrays.copyOf(utf8, utf8.length + latin1.length);
        System.arraycopy(latin1, 0, both, utf8.length, latin1.length);
        assertEquals("Grüße Köln", Contents.of(both).header("x"));
    }

    @Test
    void aHeaderIsFoundWithoutReadingWhatComesAfterIt() throws Exception {
        Source source = new Source(filled("Subject: one\r\n two\r\nX: ", 3 * MEBIBYTE));
        assertEquals("one two", Contents.of(source).header("subject"));
        assertTrue(source.read.get() < MEBIBYTE / 4, source.read + " bytes were read");
        assertThrows(IOException.class, () -> Contents.of(source).headers("subject"));
        assertThrows(IOException.class, () -> Contents.of(source).header("to"));
    }

    @Test
    void headersOfAMebibyteAreRead() throws Exception {
        String last = "\nTo: last\n\n";
        byte[] bytes = filled("X: ", MEBIBYTE);
        System.arraycopy(last.getBytes(UTF_8), 0, bytes, bytes.length - last.length(), last.length());
        assertEquals(List.of("last"), Contents.of(bytes).headers("to"));
    }

    @Test
    void aHeaderInFrontNeedsOnlyTheFirstLineEnd() throws Exception {
        Source unended = new Source(filled("X: ", 3 * MEBIBYTE));
        Contents with = Contents.of(unended).withHeader("Received", "here");
        assertEquals(unended.size() + "Received: here\r\n".length(), with.size());
        assertEquals("here", with.header("received"));
        Source source = new Source(filled("A: b\nX: ", 3 * MEBIBYTE));
        assertEquals("c\n", start(Contents.of(source).withHeader("C", "c"), 5).substring(3));
        assertTrue(source.read.get() < MEBIBYTE / 4, source.read + " bytes were read");
    }

    private static String start(Contents contents, int size) throws IOException {
        try (InputStream in = contents.open()) {
            return new String(in.readNBytes(size), UTF_8);
        }
    }

    @Test
    void manyHeadersInFrontAreReadAsFewWouldBe() throws Exception {
        Source source = new Source("A: b\n\nbody".getBytes(UTF_8));
        Contents contents = Contents.of(source);
        StringBuilder expected = new StringBuilder("A: b\n\nbody");
        for (int i = 0; i < 20_000; i++) {
            contents = contents.withHeader("X", Integer.toString(i));
            expected.insert(0, "X: " + i + "\n");
        }
        assertEquals(expected.length(), contents.size());
        assertArrayEquals(expected.toString().getBytes(UTF_8), contents.toByteArray());
        assertEquals("19999", contents.header("x"));
        assertTrue(source.opened.get() <= 3, "opened " + source.opened + " times");
    }

    @Test
    void manyHeadersInFrontOfBytesInMemoryAreInMemoryToo() throws Exception {
        Contents contents = contents("A: b\r\n\r\n");
        for (int i = 0; i < 20_000; i++) {
            contents = contents.withHeader("X", "y");
        }
        List<ByteBuffer> buffers = contents.attachment().buffers();
        assertEquals(
                contents.size(),
                buffers.stream().mapToLong(ByteBuffer::remaining).sum());
        assertTrue(buffers.stream().allMatch(ByteBuffer::isReadOnly));
        assertEquals(20_000, contents.headers("x").size());
        assertNull(Contents.of(new Source(new byte[10]))
                .withHeader("X", "y")
                .attachment()
                .buffers());
    }

    @Test
    void aValueWithAControlCharacterIsRefusedUnlessItIsATab() throws Exception {
        Contents contents = contents("A: b\r\n\r\n");
        for (char c = 0; c <= 0x9f; c++) {
            String value = "a" + c + "b";
            boolean control = c < ' ' || c >= 0x7f;
            if (control && c != '\t') {
                IllegalArgumentException e = assertThrows(
                        IllegalArgumentException.class,
                        () -> contents.withHeader("X", value),
                        () -> "" + value.codePointAt(1));
                assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
            } else {
                assertEquals(value, contents.withHeader("X", value).header("x"));
            }
        }
    }

    @Test
    void aFoldOfBlanksAloneIsRefusedAndOneOfOtherCharactersIsNot() throws Exception {
        Contents contents = contents("A: b\r\n\r\n");
        assertThrows(IllegalArgumentException.class, () -> contents.withHeader("X", "a\r\n \t\r\n b"));
        assertEquals("a \u3000", contents.withHeader("X", "a\n \u3000").header("x"));
    }

    @Test
    void messagesAboutHeadersAreShortAndVisible() {
        Contents contents = contents("A: b\r\n\r\n");
        IllegalArgumentException name = assertThrows(
                IllegalArgumentException.class, () -> contents.withHeader("\r\n\u001b[31m" + "x".repeat(100_000), "v"));
        assertTrue(name.getMessage().length() < 400, name.getMessage());
        assertTrue(name.getMessage().contains("'\\r\\n\\u001b[31mxxx"), name.getMessage());
        IllegalArgumentException value =
                assertThrows(IllegalArgumentException.class, () -> contents.withHeader("x".repeat(100_000), "a\nb"));
        assertTrue(value.getMessage().length() < 400, value.getMessage());
        assertFalse(value.getMessage().contains("\n"), value.getMessage());
    }
}
