package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MailSourceTest {

    @TempDir
    private Path folder;

    private static String text(Mail mail) throws IOException {
        return new String(mail.contents().toByteArray(), UTF_8);
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static List<String> names(MailSource source) {
        return source.mails().stream().map(Mail::name).toList();
    }

    private static String refusal(Path path) {
        return assertThrows(IOException.class, () -> MailSource.read(path)).getMessage();
    }

    @Test
    void theSamplesAreRead() throws Exception {
        Path samples = Path.of("../mail");
        MailSource source = MailSource.read(samples);
        assertTrue(source.mails().size() >= 12);
        assertEquals(List.of(), source.leftOut());
        for (Mail mail : source.mails()) {
            assertArrayEquals(
                    Files.readAllBytes(samples.resolve(mail.name())),
                    mail.contents().toByteArray());
            assertTrue(!mail.recipients().isEmpty(), mail.name());
            assertEquals(mail.name().contains("null-sender"), mail.sender().isEmpty(), mail.name());
        }
        assertEquals(25, source.mails().get(9).recipients().size());
    }

    @Test
    void theMessagesOfAnMboxAreNumbered() throws Exception {
        String from = "From a@b Mon Jan  1 00:00:00 2024\n";
        MailSource source = MailSource.read(file(
                "mbox",
                "\n" + from + "To: one@x.org\n\nbody\n\n" + from + "X: " + "x".repeat(2 << 20) + "\n\n" + from
                        + "To: three@x.org\n\n>From me\n"));
        assertEquals(List.of("mbox#1", "mbox#3"), names(source));
        assertEquals("To: three@x.org\n\nFrom me\n", text(source.mails().get(1)));
        assertEquals(List.of("three@x.org"), source.mails().get(1).recipients());
        assertEquals(
                List.of(
                        "mbox: a byte order mark or empty lines before the first message (1 B)",
                        "mbox#2: the headers of the message are longer than 1048576 bytes"),
                source.leftOut());
    }

    @Test
    void aFileWithOneMailIsOneMailWhateverItsBodyContains() throws Exception {
        String mail = "Subject: x\nTo: one@x.org\n\nbody\n\nFrom here on it goes\nTo: body@x.org\n\nmore\n\n"
                + "From a@b Mon Jan  1 00:00:00 2024\nTo: other@x.org\n\n";
        MailSource source = MailSource.read(file("mail.txt", mail));
        assertEquals(1, source.mails().size());
        assertEquals(mail, text(source.mails().get(0)));
        assertEquals(List.of("one@x.org"), source.mails().get(0).recipients());
        assertEquals("mail.txt", source.mails().get(0).name());
    }

    @Test
    void aByteOrderMarkIsSkippedAndReported() throws Exception {
        MailSource source = MailSource.read(file("mail.txt", "\ufeffTo: one@x.org\n\nbody\n"));
        assertEquals("To: one@x.org\n\nbody\n", text(source.mails().get(0)));
        assertEquals(List.of("mail.txt: the byte order mark at the start"), source.leftOut());
        file("mails/a.eml", "\ufeffTo: two@x.org\n\n");
        assertEquals(
                List.of("two@x.org"),
                MailSource.read(folder.resolve("mails")).mails().get(0).recipients());
    }

    @Test
    void aFromLineBeforeAMailIsNotAHeader() throws Exception {
        file("mails/a.eml", "From a@b Mon Jan  1 00:00:00 2024\r\nTo: one@x.org\r\n\r\nbody\r\n");
        file("mails/b.eml", "\ufeffFrom a@b Mon Jan  1 00:00:00 2024\nTo: two@x.org\n\n");
        file("mails/c.eml", "From a@b Mon Jan  1 00:00:00 2024");
        MailSource source = MailSource.read(folder.resolve("mails"));
        assertEquals("To: one@x.org\r\n\r\nbody\r\n", text(source.mails().get(0)));
        assertEquals(List.of("one@x.org"), source.mails().get(0).recipients());
        assertEquals("To: two@x.org\n\n", text(source.mails().get(1)));
        assertEquals("", text(source.mails().get(2)));
    }

    @Test
    void filesInSubfoldersAreRead() throws Exception {
        file("b.eml", "To: b@x.org\n\n");
        file("a/c.EML", "To: c@x.org\n\n");
        file("a/d/e.eml", "To: e@x.org\n\n");
        file("a/notes.txt", "To: nobody@x.org\n\n");
        MailSource source = MailSource.read(folder);
        assertEquals(List.of("a/c.EML", "a/d/e.eml", "b.eml"), names(source));
        assertEquals(List.of("1 file that is neither .eml nor in a Maildir: a/notes.txt"), source.leftOut());
    }

    @Test
    void aMaildirIsRead() throws Exception {
        file("cur/1.host:2,S", "To: a@x.org\n\n");
        file("new/2.host", "To: b@x.org\n\n");
        file("new/.hidden", "no mail");
        file("tmp/3.host", "To: unfinished@x.org\n\n");
        file(".Sent/cur/4.host:2,", "To: c@x.org\n\n");
        Files.createDirectories(folder.resolve(".Sent/new"));
        MailSource source = MailSource.read(folder);
        assertEquals(List.of(".Sent/cur/4.host:2,", "cur/1.host:2,S", "new/2.host"), names(source));
        assertEquals(List.of("1.host:2,S"), names(MailSource.read(folder.resolve("cur"))));
    }

    @Test
    void filesThatCannotBeReadDoNotAffectTheOthers() throws Exception {
        file("a.eml", "To: a@x.org\n\n");
        file("long.eml", "X: " + "x".repeat(2 << 20));
        file("z.eml", "To: z@x.org\n\n");
        Files.createSymbolicLink(folder.resolve("dangling.eml"), folder.resolve("none"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Files.createSymbolicLink(folder.resolve("self.eml"), folder.resolve("self.eml"));
        Files.createSymbolicLink(folder.resolve("linked.eml"), folder.resolve("z.eml"));
        Files.createDirectory(folder.resolve("folder.eml"));
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", folder.resolve("pipe.eml").toString())
                        .start()
                        .waitFor());
        MailSource source = MailSource.read(folder);
        assertEquals(List.of("a.eml", "linked.eml", "z.eml"), names(source));
        assertEquals(
                List.of(
                        "dangling.eml: a broken link",
                        "long.eml: the headers of the message are longer than 1048576 bytes",
                        "loop: a link to a folder that contains it",
                        "pipe.eml: neither a regular file nor a folder",
                        "self.eml: a broken link"),
                source.leftOut().stream().sorted().toList());
    }

    @Test
    void addressesThatCannotBeReadAreNamed() throws Exception {
        file("a.eml", "From: root\nTo: Friends, a@x.org, b\0@x.org\n\n");
        file("b.eml", "From: a@b\nTo: \u001b[31m\0@x.org\n\n");
        MailSource source = MailSource.read(folder);
        assertEquals(List.of("a@x.org"), source.mails().get(0).recipients());
        assertEquals("", source.mails().get(0).sender());
        assertEquals(List.of(), source.mails().get(1).recipients());
        assertEquals(3, source.leftOut().size(), source.leftOut()::toString);
        List<String> leftOut = source.leftOut();
        assertTrue(leftOut.get(0).startsWith("a.eml: invalid sender: From: 'root' ("), leftOut::toString);
        assertTrue(leftOut.get(1).startsWith("a.eml: invalid recipient: To: 'Friends' ("), leftOut::toString);
        assertTrue(source.leftOut().stream().allMatch(line -> line.chars().noneMatch(Character::isISOControl)));
    }

    @Test
    void sourcesWithoutMailAreRefused() throws Exception {
        Path emptyFolder = Files.createDirectory(folder.resolve("empty folder"));
        assertTrue(refusal(emptyFolder).contains("has no readable .eml files"));
        assertTrue(refusal(folder.resolve("none")).contains("does not exist"));
        assertTrue(refusal(file("text", "no mail")).contains("is neither an mbox nor a mail"));
        assertTrue(refusal(file("empty", "")).contains("is neither an mbox nor a mail"));
        assertTrue(refusal(file("before", "exported\nFrom a@b Mon Jan  1 00:00:00 2024\nTo: a@x.org\n\n"))
                .contains("is neither an mbox nor a mail"));
        Files.createSymbolicLink(folder.resolve("x"), folder.resolve("none"));
        assertTrue(refusal(folder.resolve("x")).contains("does not exist"));
    }

    @Test
    void aFolderWhereNothingCanBeReadSaysWhy() throws Exception {
        Files.createSymbolicLink(folder.resolve("a.eml"), folder.resolve("none"));
        assertTrue(refusal(folder).contains("a.eml: a broken link"), refusal(folder));
    }
}
