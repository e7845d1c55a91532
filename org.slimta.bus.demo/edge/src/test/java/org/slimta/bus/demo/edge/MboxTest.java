package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.xml.Attachment;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MboxTest {

    private static final String FROM = "From a@b Mon Jan  1 00:00:00 2024\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.write(folder.resolve("mbox"), text.getBytes(ISO_8859_1));
    }

    /**
     * The messages, or null if the file is not an mbox. Checks that reading byte by byte or in pieces gives the same.
     */
    private List<String> read(String text) throws IOException {
        Mbox mbox = Mbox.read(file(text));
        if (mbox == null) {
            return null;
        }
        List<String> messages = new ArrayList<>();
        for (Attachment message : mbox.messages()) {
            byte[] all = message.toByteArray();
            assertEquals(message.size(), all.length);
            ByteArrayOutputStream single = new ByteArrayOutputStream();
            try (InputStream in = message.open()) {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    single.write(b);
                }
            }
            assertEquals(new String(all, ISO_8859_1), single.toString(ISO_8859_1));
            messages.add(new String(all, ISO_8859_1));
        }
        return messages;
    }

    @Test
    void anMboxIsSplitIntoItsMessages() throws Exception {
        assertEquals(
                List.of(
                        "To: one@x.org\n\nbody\nFrom the middle of a paragraph\n\nFrom here on\n",
                        "To: two@x.org\r\n\r\nbody\r\n\r\n\r\n",
                        "To: three@x.org\n\nno end"),
                read(FROM + "To: one@x.org\n\nbody\nFrom the middle of a paragraph\n\nFrom here on\n\n"
                        + "From c@d Tue Jan  2 10:11:12 2024\r\nTo: two@x.org\r\n\r\nbody\r\n\r\n\r\n\r\n"
                        + "From e@f Wed Jan 31 10:11:12 2024\nTo: three@x.org\n\nno end"));
        assertEquals(List.of("To: one@x.org\n\nbody\n"), read(FROM + "To: one@x.org\n\nbody\n\n"));
        assertEquals(
                List.of("To: one@x.org\n", "To: b@x\n\nx"), read(FROM + "To: one@x.org\n\n" + FROM + "To: b@x\n\nx"));
        assertEquals(List.of("", ""), read(FROM + "\n" + FROM));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From a@b Mon Jan  1 00:00:00 2024",
                "From a@b  Mon Jan 01 00:00:00 2024\r",
                "From a@b Mon Jan  1 00:00 2024",
                "From - Mon Jan  1 00:00:00 2024",
                "From brian at example.com  Thu Jan  6 12:34:56 2005",
                "From MAILER-DAEMON Mon Jan  1 00:00:00 2024",
                "From \"two words\"@x.org Mon Jan  1 00:00:00 2024",
                "From 1234@xxx Mon Jan 01 00:00:00 +0000 2024",
                "From a@b Mon Jan  1 00:00:00 CEST 2024",
                "From a@b Mon Jan  1 00:00:00 2024 +0100",
                "From a@b Mon Jan  1 00:00:00 2024 remote from host"
            })
    void theseAreFromLines(String line) throws Exception {
        assertTrue(FromLine.isFromLine(line));
        assertEquals(List.of("A: b\n"), read(line + "\nA: b\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From here on",
                "From a@b",
                "From a@b Mon",
                "From: a@b Mon Jan  1 00:00:00 2024",
                "from a@b Mon Jan  1 00:00:00 2024",
                "From here on Mon Jan  1 00:00:00 2024",
                "From here at Mon Jan  1 00:00:00 2024",
                "From a@b Mon Jan  1 2024",
                "From a@b Jan  1 00:00:00 2024",
                "From a@b Mon Foo  1 00:00:00 2024",
                "From a@b Mon Jan  1 00:00:00 2024 and so on",
                "> From a@b Mon Jan  1 00:00:00 2024",
                " From a@b Mon Jan  1 00:00:00 2024",
                "From "
            })
    void theseAreNot(String line) throws Exception {
        assertFalse(FromLine.isFromLine(line));
        assertNull(read(line + "\nA: b\n"));
        assertEquals(List.of("A: b\n\nx\n\n" + line + "\nx\n"), read(FROM + "A: b\n\nx\n\n" + line + "\nx\n"));
    }

    @Test
    void aYearIsOfAsciiDigits() {
        assertTrue(FromLine.isFromLine("From a@b Mon Jan  1 00:00:00 2024"));
        assertFalse(FromLine.isFromLine("From a@b Mon Jan  1 00:00:00 \u0662\u0660\u0662\u0664"));
    }

    @Test
    void quotedFromLinesAreUnquoted() throws Exception {
        assertEquals(
                List.of(">From: header\nX: y\n\nFrom me\n>From you\n>>From\n> From\nx >From\n>\n\n>>>> quoted\nFrom"
                        + " them all\r\nFrom end"),
                read(FROM
                        + ">From: header\nX: y\n\n>From me\n>>From you\n>>From\n> From\nx >From\n>\n\n>>>> quoted\n>From"
                        + " them all\r\n>From end"));
        String quotes = ">".repeat(100_000);
        assertEquals(
                List.of("\n" + quotes.substring(1) + "From x\n" + quotes),
                read(FROM + "\n" + quotes + "From x\n" + quotes));
    }

    @Test
    void contentLengthIsHeededWhereItLeadsToTheEndOrTheNextFromLine() throws Exception {
        String body = "one\n\n" + FROM + ">From x\n\nFrom y\n";
        String length = "CONTENT-length : " + body.length() + " \n";
        String mail = "To: a@x\n" + length + "\n" + body;
        assertEquals(List.of(mail, mail), read(FROM + mail + "\n" + FROM + mail));
        assertEquals(List.of(mail, mail), read(FROM + mail + FROM + mail + "\n"));
        String unended = "Content-Length: 3\r\n\r\nend";
        assertEquals(List.of(unended, unended), read(FROM + unended + "\r\n" + FROM + unended));
        assertEquals(
                List.of("Content-Length: 0\n\n", "A: b\n"), read(FROM + "Content-Length: 0\n\n\n" + FROM + "A: b\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3", "6", "99", "999999999999999999", "99999999999999999999", "-3", "x", "", "\u0663"})
    void contentLengthThatLeadsElsewhereIsNot(String length) throws Exception {
        String mail = "Content-Length: " + length + "\n\none\n";
        assertEquals(
                List.of(new String(mail.getBytes(ISO_8859_1), ISO_8859_1), "A: b\n\nFrom x\n"),
                read(FROM + mail + "\n" + FROM + "A: b\n\n>From x\n"));
    }

    @Test
    void contentLengthThatLeadsIntoALineIsNotHeeded() throws Exception {
        String mail = "Content-Length: 1\n\nx" + FROM;
        assertEquals(List.of(mail), read(FROM + mail));
    }

    @Test
    void aByteOrderMarkAndEmptyLinesBeforeTheFirstFromLineLoseNothing() throws Exception {
        for (String before : List.of("", "\u00ef\u00bb\u00bf", "\n", "\r\n\n", "\u00ef\u00bb\u00bf\n\n")) {
            Mbox mbox = Mbox.read(file(before + FROM + "To: a@x\n\n" + FROM + "To: b@x\n\nx"));
            assertEquals(2, mbox.messages().size());
            assertEquals(before.length(), mbox.before());
        }
        assertNull(read("text\n" + FROM + "To: a@x\n"));
    }

    @Test
    void longLinesAndManyMessagesAreRead() throws Exception {
        String line = "x".repeat(300_000);
        String mail = "X: " + line + "\n\n" + line + "\n>From " + line + "\n" + line;
        assertEquals(
                List.of(mail.replace(">From", "From") + "\n", "A: b\n\n" + line),
                read(FROM + mail + "\n\n" + FROM + "A: b\n\n" + line));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            many.append(FROM).append("Content-Length: 5\n\nbody\n\n");
        }
        assertEquals(20_000, Mbox.read(file(many.toString())).messages().size());
    }
}
