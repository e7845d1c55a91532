package org.slimta.bus.demo.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

class DeliveryTest {

    @TempDir
    private Path folder;

    private int deliver(String... recipients) {
        return reply(recipients).code();
    }

    private Reply reply(String... recipients) {
        Message message = new Message(
                        new Client("", "", "", "", ""),
                        new Envelope("", List.of(recipients)),
                        Contents.of("mail".getBytes(StandardCharsets.UTF_8)))
                .withQueueing("7", null, 0);
        Delivery delivery = new Delivery(new Maildir(folder.resolve("maildir")), Set.of("locked@x"));
        return delivery.deliver(message);
    }

    @Test
    void allOfTheRecipientsOrNone() throws Exception {
        assertEquals(250, deliver("a@x", "b@x"));
        assertEquals("mail", Files.readString(folder.resolve("maildir/b@x/new/7")));
        assertEquals(550, deliver("c@x", "d@x.invalid"));
        assertEquals(450, deliver("c@x", "locked@x"));
        assertFalse(Files.exists(folder.resolve("maildir/c@x")));
    }

    @Test
    void invalidAddressesAreRefused() {
        for (String recipient : List.of("", "a", "../../etc@x", "a@../x", ".@x", "a b@x", "a@b@c")) {
            assertEquals(550, deliver(recipient), recipient);
        }
        assertEquals(550, deliver());
    }

    @Test
    void aQuotedLocalPartIsOneOfAMailbox() throws Exception {
        assertEquals(250, deliver("\"two words\"@x", "\"q@q\"@x", "\"../a\\\"b\"@x"));
        try (Stream<Path> mailboxes = Files.list(folder.resolve("maildir"))) {
            assertEquals(3, mailboxes.count());
        }
        for (String recipient : List.of("\"a@x", "\"a\"b@x", "\"a\"", "\"a\nb\"@x", "\"a\\\"@x")) {
            assertEquals(550, deliver(recipient), recipient);
        }
    }

    @Test
    void addressesThatAreTooLongAreRefusedPermanentlyWithAShortReply() {
        assertEquals(250, deliver("a".repeat(200) + "@x"));
        for (String recipient : List.of(
                "a".repeat(300_000) + "@x", "\u00fc".repeat(100) + "@x", "\"" + "\\a".repeat(100_000) + "\"@x")) {
            Reply reply = reply(recipient);
            assertEquals(550, reply.code());
            assertTrue(reply.message().length() < 200, reply.message());
        }
    }

    @Test
    void aMessageThatCannotBeWrittenIsDeferred() throws Exception {
        Files.writeString(folder.resolve("maildir"), "a file where a folder should be");
        assertEquals(450, deliver("a@x"));
    }

    @Test
    void aMessageThatCannotBeWrittenForOneRecipientIsDeliveredToNoneAndLeavesNoFiles() throws Exception {
        Files.createDirectories(folder.resolve("maildir"));
        Files.writeString(folder.resolve("maildir/b@x"), "a file where a folder should be");
        assertEquals(450, deliver("a@x", "b@x"));
        assertFalse(Files.exists(folder.resolve("maildir/a@x/new/7")));
        try (Stream<Path> left = Files.list(folder.resolve("maildir/a@x/tmp"))) {
            assertEquals(0, left.count());
        }
    }
}
