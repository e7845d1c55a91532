package org.slimta.bus.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.standalone.StandaloneBusFactory;

class MailTest {

    private static final String MAIL = "Received: one\r\nSUBJECT: folded\r\n\tover two\r\n  or three lines\r\n"
            + "received:  two \r\nX-Empty:\r\n\r\nSubject: not a header\r\n";

    private static Contents contents(String text) {
        return Contents.of(text.getBytes(UTF_8));
    }

    @Test
    void headersAreFoundInAnyCaseAndUnfolded() throws Exception {
        Contents contents = contents(MAIL);
        assertEquals("folded\tover two  or three lines", contents.header("Subject"));
        assertEquals(List.of("one", "two"), contents.headers("RECEIVED"));
        assertEquals("", contents.header("X-Empty"));
        assertNull(contents.header("X-None"));
    }

    @Test
    void headersMayBeUtf8OrLatin1AndLinesMayEndInLf() throws Exception {
        assertEquals("Grüße", contents("Subject: Grüße\n\nbody").header("subject"));
        assertEquals(
                "Grüße", Contents.of("Subject: Grüße\n\n".getBytes(ISO_8859_1)).header("subject"));
    }

    @Test
    void contentsWithoutHeadersHaveNone() throws Exception {
        assertNull(contents("").header("subject"));
        assertNull(contents("\r\nSubject: body\r\n").header("subject"));
    }

    @Test
    void aHeaderIsPutInFrontAndTheRestStaysAsItIs() throws Exception {
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 256 == '\n' ? ' ' : i);
        }
        System.arraycopy("A: b\r\n\r\n".getBytes(UTF_8), 0, bytes, 0, 8);
        Contents with = Contents.of(bytes).withHeader("Received", "from here\r\n\tby there");
        String front = "Received: from here\r\n\tby there\r\n";
        assertEquals(front.length() + bytes.length, with.size());
        byte[] all = with.toByteArray();
        assertArrayEquals(front.getBytes(UTF_8), Arrays.copyOf(all, front.length()));
        assertArrayEquals(bytes, Arrays.copyOfRange(all, front.length(), all.length));
        assertEquals("from here\tby there", with.header("received"));
    }

    @Test
    void aHeaderInFrontEndsItsLineAsTheOthersDo() throws Exception {
        assertEquals(
                "X: y\nA: b\n\n",
                new String(contents("A: b\n\n").withHeader("X", "y").toByteArray(), UTF_8));
    }

    @Test
    void aHeaderThatWouldBreakTheOthersIsRefused() {
        Contents contents = contents(MAIL);
        for (String name : List.of("", "a b", "a:", "a\r\nb", "ü")) {
            assertThrows(IllegalArgumentException.class, () -> contents.withHeader(name, "v"));
        }
        for (String value : List.of("a\r\nBcc: all", "a\n\nbody", "a\r\n")) {
            assertThrows(IllegalArgumentException.class, () -> contents.withHeader("X", value));
        }
    }

    @Test
    void headersWithoutAnEndAreRefused() {
        Contents contents = Contents.of(new byte[2 << 20]);
        assertThrows(IOException.class, () -> contents.header("subject"));
    }

    @Test
    void contentsOfAMissingFileAreRefused(@TempDir Path folder) {
        assertThrows(NoSuchFileException.class, () -> Contents.of(folder.resolve("none.eml")));
        assertThrows(NoSuchFileException.class, () -> Contents.of(folder));
    }

    @Test
    void timesAreSecondsWithAFractionOnlyIfThereIsOne() {
        for (String text : List.of("0", "1367843696", "1367843696.5", "1367843696.123456789", "-1.25")) {
            assertEquals(text, EpochSeconds.format(EpochSeconds.parse(text)));
        }
        for (String text : List.of("", "x", "1e999999999", "99999999999999999999")) {
            assertThrows(IllegalArgumentException.class, () -> EpochSeconds.parse(text));
        }
    }

    @Test
    void everythingInAMessageAndAReplySurvivesTheSocket(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mail.eml"), MAIL);
        Message message = new Message(
                "id & <more>",
                Instant.ofEpochSecond(1367843696L, 500_000_000),
                3,
                new Client("ESMTPSA", "me\n\"quoted\"", "2001:db8::1", "TLS", "mx", "user & co"),
                new Envelope("", List.of("ä@ö", " spaces "), new Envelope.Destination("[::1]", "SMTP", 2525)),
                Contents.of(file));
        List<Reply> replies = List.of(new Reply(250, "Ok\r\nmore & <more> ", "data"), new Reply(550, "", ""));
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            BusServer<Message, Reply> server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class);
            BusClient<Message, Reply> client =
                    factory.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class);
            ClientTransaction<Reply> sent = client.sendRequest(List.of(message, message));
            ServerTransaction<Message, Reply> received = server.recvRequest();
            Message read = received.requests().get(1);
            assertEquals(message.withContents(read.contents()), read);
            assertArrayEquals(Files.readAllBytes(file), read.contents().toByteArray());
            received.sendResponse(replies);
            assertEquals(replies, sent.recvResponse());
        }
    }

    @Test
    void theTextOfAReplySurvivesTheSocketWithItsWhiteSpace() throws Exception {
        List<Reply> replies = new ArrayList<>();
        for (String text :
                List.of("", "Ok", "Ok\r\n", "Ok\n", "Ok\r", " Ok\t", " ", "a\r\n\r\n b\n\n", "\r\nOk", "\t\n")) {
            replies.add(new Reply(250, text));
            replies.add(new Reply(0, text, text));
        }
        Message message = new Message(new Client("", "", "", "", ""), new Envelope("", List.of()), contents(MAIL));
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            BusServer<Message, Reply> server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class);
            BusClient<Message, Reply> client =
                    factory.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class);
            ClientTransaction<Reply> sent = client.sendRequest(Collections.nCopies(replies.size(), message));
            server.recvRequest().sendResponse(replies);
            assertEquals(replies, sent.recvResponse());
        }
    }

    @Test
    void headersAccompanyMail() throws Exception {
        Message message = new Message(new Client("", "", "", "", ""), new Envelope("", List.of()), contents(MAIL));
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            BusServer<Message, Reply> server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class);
            BusClient<Message, Reply> client =
                    factory.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class);
            server.serve(MailTest::sayWhoServes);
            assertEquals("mx2", servedBy(client, message));
        }
    }

    private static CompletionStage<List<Reply>> sayWhoServes(RequestBatch<Message> batch) {
        assertEquals("example", batch.headers().get("tenant"));
        batch.setResponseHeaders(Headers.of("served-by", "mx2"));
        return CompletableFuture.completedFuture(List.of(new Reply(250, "Ok")));
    }

    private static String servedBy(BusClient<Message, Reply> client, Message message) throws Exception {
        ClientTransaction<Reply> sent = client.sendRequest(List.of(message), Headers.of("tenant", "example"));
        List<Reply> replies = sent.recvResponse();
        String servedBy = sent.headers().get("served-by");
        assertEquals(List.of(new Reply(250, "Ok")), replies);
        return servedBy;
    }

    @Test
    void aServerMayBeNamed() throws Exception {
        BusServer<Message, Reply> server;
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            server = factory.newServer(
                    "127.0.0.1",
                    0,
                    Message.class,
                    Reply.class,
                    ServerOptions.builder().name("relay").queueSize(100).build());
            assertEquals("relay", server.name());
        }
    }

    @Test
    void invalidValuesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Reply(199, ""));
        assertThrows(IllegalArgumentException.class, () -> new Reply(600, ""));
        assertThrows(IllegalArgumentException.class, () -> new Envelope.Destination("", null, 65536));
        assertThrows(NullPointerException.class, () -> new Envelope(null, List.of()));
    }
}
