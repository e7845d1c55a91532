package org.slimta.bus.demo.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailSourceTest {

    @TempDir
    private Path folder;

    private static String text(Mail mail) throws IOException {
        return new String(mail.contents().toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void theSamplesAreRead() throws Exception {
        Path samples = Path.of("../mail");
        List<Mail> mails = MailSource.read(samples);
        assertTrue(mails.size() >= 12);
        for (Mail mail : mails) {
            assertArrayEquals(Files.readAllBytes(samples.resolve(mail.name())), mail.contents().toByteArray());
            assertTrue(!mail.recipients().isEmpty(), mail.name());
            assertEquals(mail.name().contains("null-sender"), mail.sender().isEmpty(), mail.name());
        }
        assertEquals(25, mails.get(9).recipients().size());
    }

    @Test
    void anMboxIsTakenApart() throws Exception {
        Path mbox = Files.writeString(
                folder.resolve("mbox"),
                "From a@b Mon\nTo: one@x.org\n\nbody\nFrom the middle of a paragraph\n\n"
                        + "From c@d Tue\r\nTo: two@x.org\r\n\r\nbody\r\n\r\n\r\n\r\n"
                        + "From e@f Wed\nTo: three@x.org\n\nno end");
        List<Mail> mails = MailSource.read(mbox);
        assertEquals(3, mails.size());
        assertEquals("To: one@x.org\n\nbody\nFrom the middle of a paragraph\n", text(mails.get(0)));
        assertEquals("To: two@x.org\r\n\r\nbody\r\n\r\n\r\n", text(mails.get(1)));
        assertEquals("To: three@x.org\n\nno end", text(mails.get(2)));
        assertEquals(List.of("three@x.org"), mails.get(2).recipients());
    }

    @Test
    void anMboxEndsWithAnEmptyLine() throws Exception {
        Path mbox = Files.writeString(folder.resolve("mbox"), "From a@b Mon\nTo: one@x.org\n\nbody\n\n");
        assertEquals("To: one@x.org\n\nbody\n", text(MailSource.read(mbox).get(0)));
    }

    @Test
    void whatHoldsNoMailIsSaid() throws Exception {
        assertTrue(refusal(folder).contains("has no .eml files"));
        assertTrue(refusal(folder.resolve("none")).contains("does not exist"));
        assertTrue(refusal(Files.writeString(folder.resolve("text"), "no mail")).contains("is no mbox"));
        assertTrue(refusal(Files.writeString(folder.resolve("empty"), "")).contains("is no mbox"));
    }

    private static String refusal(Path path) {
        return assertThrows(IOException.class, () -> MailSource.read(path)).getMessage();
    }
}
