package org.slimta.bus.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

@Timeout(30)
class SendCommandTest {

    private static final String MAIL = "Return-Path: <alice@example.com>\r\nTo: bob@example.net\r\n\r\nHello\r\n";

    @TempDir
    private Path folder;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final FakeServices services = new FakeServices();
    private final SendCommand command = new SendCommand(factory, services.context());
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private FakeSession session;
    private BusServer<Message, Reply> server;
    private String address;

    @BeforeEach
    void serve() throws BusException {
        session = new FakeSession(folder);
        ServerOptions options =
                ServerOptions.builder().drainTimeout(Duration.ofMillis(100)).build();
        server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class, options);
        address = "127.0.0.1:" + server.address().getPort();
        new Thread(this::answer, "relay").start();
    }

    @AfterEach
    void close() {
        factory.close();
    }

    /** Replies by the first recipient: 550 for nobody, 450 for later, a failure for trouble, no reply for silent. */
    private void answer() {
        while (true) {
            try {
                ServerTransaction<Message, Reply> transaction = server.recvRequest();
                received.addAll(transaction.requests());
                arrived.countDown();
                String recipient =
                        transaction.requests().get(0).envelope().recipients().get(0);
                switch (recipient.substring(0, recipient.indexOf('@'))) {
                    case "nobody" -> transaction.sendResponse(List.of(new Reply(550, "5.1.1 nobody\r\nhere")));
                    case "later" -> transaction.sendResponse(List.of(new Reply(450, "4.2.1 later")));
                    case "trouble" -> transaction.fail(Reason.HANDLER, "the disk is full");
                    case "silent" -> {}
                    case "quit" -> {
                        session.disconnect();
                        transaction.sendResponse(List.of(new Reply(250, "2.0.0 taken")));
                    }
                    case "mute" -> transaction.sendResponse(List.of(new Reply(0, "nothing was decided")));
                    default -> transaction.sendResponse(List.of(new Reply(250, "2.0.0 taken")));
                }
            } catch (BusException | InterruptedException e) {
                return;
            }
        }
    }

    private String send(String... arguments) {
        return Printed.by(() -> command.send(session.session(), (Object[]) arguments))
                .replaceAll("in [0-9.]+ s\n", "in TIME\n");
    }

    private String file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return name;
    }

    @Test
    void eachFileIsOneTransactionWithItsReply() throws Exception {
        String good = file("good.eml", MAIL);
        String unknown = file("unknown.eml", MAIL.replace("bob", "nobody"));
        String later = file("later.eml", MAIL.replace("bob", "later"));
        String trouble = file("trouble.eml", MAIL.replace("bob", "trouble"));
        String printed = send(address, unknown, later, trouble, "none.eml", ".", good);
        String[] lines = printed.split("\n");
        assertEquals(8, lines.length, printed);
        assertEquals("unknown.eml  550 5.1.1 nobody here", lines[0]);
        assertEquals("later.eml  450 4.2.1 later", lines[1]);
        assertTrue(lines[2].startsWith("trouble.eml  failed: HANDLER: "), lines[2]);
        assertTrue(lines[2].contains("the disk is full"), lines[2]);
        assertEquals("none.eml  not sent: there is no file " + folder.resolve("none.eml"), lines[3]);
        assertEquals(".  not sent: it is a directory; give its files, such as ./*.eml", lines[4]);
        assertEquals("good.eml  250 2.0.0 taken", lines[5]);
        assertEquals("6 files: 1 accepted, 1 deferred, 1 rejected, 3 failed, in TIME", lines[6]);
        assertEquals("failed: 5 of 6 mails were not accepted.", lines[7]);
        assertEquals(4, received.size());
        assertEquals(MAIL, new String(received.get(3).contents().toByteArray()));
        assertEquals(4, received.stream().map(Message::id).distinct().count());
    }

    @Test
    void theEnvelopeComesFromTheHeaders() throws Exception {
        send(
                address,
                file(
                        "1",
                        "From: \"a@b\" (c@d) <alice@example.com>\nTo: Bob <bob@x.org>,\n carl@x.org\nCc: bob@x.org\n\n"),
                file("2", "Return-Path: <>\nFrom: alice@example.com\nBcc: dora@x.org\n\n"));
        assertEquals("alice@example.com", received.get(0).envelope().sender());
        assertEquals(
                List.of("bob@x.org", "carl@x.org"), received.get(0).envelope().recipients());
        assertEquals("", received.get(1).envelope().sender());
        assertEquals(List.of("dora@x.org"), received.get(1).envelope().recipients());
    }

    @Test
    void groupsAndQuotedLocalPartsAreAddressesAndNamesAndCommentsAreNot() throws Exception {
        send(
                address,
                file(
                        "1",
                        "From: a@b (x@y)\nTo: Team: \"Doe, John <no@x>\" <john@x.org>, \"two words\"@x.org;, no@x <bob@x.org>\n"
                                + " \nCc: undisclosed-recipients:;\n\n"));
        assertEquals("a@b", received.get(0).envelope().sender());
        assertEquals(
                List.of("john@x.org", "\"two words\"@x.org", "bob@x.org"),
                received.get(0).envelope().recipients());
    }

    @Test
    void aFileWithAnInvalidAddressIsNotSent() throws Exception {
        String file = file("mail", "From: <root>\nTo: bob@x.org, Carl\n\n");
        assertTrue(send("--to", "bob@x.org", address, file)
                .startsWith("mail  not sent: its headers contain invalid addresses: From: 'root' ("));
        assertTrue(send("--from", "a@b", address, file).contains("To: 'Carl' (Missing final '@domain'); use --to\n"));
        assertEquals(List.of(), received);
        assertTrue(send("--from", "a@b", "--to", "c@d", address, file).contains("mail  250 "));
    }

    @Test
    void theEnvelopeComesFromTheOptions() throws Exception {
        String printed =
                send("--from", "", "--to", "one@x.org", "--to", "two@x.org", address, file("mail", "no headers"));
        assertEquals("mail  250 2.0.0 taken\n1 file: 1 accepted, 0 deferred, 0 rejected, 0 failed, in TIME\n", printed);
        assertEquals("", received.get(0).envelope().sender());
        assertEquals(
                List.of("one@x.org", "two@x.org"), received.get(0).envelope().recipients());
    }

    @Test
    void aFileWithoutAddressesNamesTheOptionToUse() throws Exception {
        String file = file("mail", "Subject: nothing\n\n");
        assertTrue(send(address, file)
                .contains("mail  not sent: no address in the headers Return-Path or From; use --from\n"));
        assertTrue(send("--from", "a@b", address, file).contains("Cc or Bcc; use --to\n"));
        assertEquals(List.of(), received);
    }

    @Test
    void aPipeIsNotRead() throws Exception {
        Process made = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertEquals(0, made.waitFor());
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("none"));
        String printed = send(address, "pipe", "dangling", file("mail", MAIL));
        String[] lines = printed.split("\n");
        assertEquals("pipe  not sent: not a regular file but a pipe or a device", lines[0]);
        assertTrue(lines[1].startsWith("dangling  not sent: there is no file "), lines[1]);
        assertEquals("mail  250 2.0.0 taken", lines[2]);
    }

    @Test
    void nothingMoreIsSentWhenTheSessionHasEnded() throws Exception {
        String file = file("mail", MAIL);
        String quitting = file("quitting", MAIL.replace("bob", "quit"));
        send(address, quitting, file, file);
        assertEquals(1, received.size());
    }

    @Test
    void aReplyWithoutACodeIsARejection() throws Exception {
        String printed = send(address, file("mail", MAIL.replace("bob", "mute")));
        assertEquals(
                "mail  no code nothing was decided\n1 file: 0 accepted, 0 deferred, 1 rejected, 0 failed, in TIME\n"
                        + "failed: The mail was not accepted.\n",
                printed);
    }

    @Test
    void theClientOfAConfiguredBusIsUsedAndLeftOpen() throws Exception {
        BusClient<Message, Reply> client =
                factory.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class);
        services.add("another", Map.of("slimta.bus.name", "another"));
        services.add(client, Map.of("slimta.bus.name", "relay", "slimta.bus.request.type", "mail.message"));
        String file = file("mail", MAIL);
        for (int i = 0; i < 2; i++) {
            assertTrue(send("relay", file).startsWith("mail  250 2.0.0 taken\n"));
        }
        assertEquals(0, services.inUse());
    }

    @Test
    void aBusThatDoesNotCarryMailIsNotUsed() {
        services.add("client", Map.of("slimta.bus.name", "notes", "slimta.bus.request.type", "itest.note"));
        assertEquals(
                "failed: The bus 'notes' does not carry mail: its request type is itest.note, not mail.message.\n",
                send("notes", "file"));
    }

    @Test
    void anUnknownBusListsTheConfiguredOnes() {
        String elsewhere = ". For any other server give HOST:PORT, such as 127.0.0.1:4025.\n";
        assertEquals(
                "failed: There is no configured bus 'relay' to send to. Configured buses: none" + elsewhere,
                send("relay", "file"));
        services.add("client", Map.of("slimta.bus.name", "z"));
        services.add("client", Map.of("slimta.bus.name", "a"));
        assertEquals(
                "failed: There is no configured bus 'relay' to send to. Configured buses: a, z" + elsewhere,
                send("relay", "file"));
        assertEquals("failed: The port is 65536; it must be from 1 to 65535.\n", send("localhost:65536", "file"));
    }

    @Test
    void aConnectFailureIsShownAndTheNextFileIsTried() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String file = file("mail", MAIL);
        String printed = send("127.0.0.1:" + port, file, file);
        assertTrue(printed.startsWith("mail  failed: CONNECT: "), printed);
        assertTrue(
                printed.endsWith("2 files: 0 accepted, 0 deferred, 0 rejected, 2 failed, in TIME\n"
                        + "failed: 2 of 2 mails were not accepted.\n"),
                printed);
    }

    @Test
    void aPatternThatTheShellPassesUnchangedIsExpanded() throws Exception {
        String one = file("one.eml", MAIL);
        file("two.eml", MAIL);
        file("three.txt", MAIL);
        String printed = send(address, one.replace("one.eml", "*.eml"));
        assertTrue(printed.endsWith("2 files: 2 accepted, 0 deferred, 0 rejected, 0 failed, in TIME\n"), printed);
        String none = send(address, one.replace("one.eml", "*.mail"));
        assertTrue(none.contains("not sent: there is no file"), none);
    }

    @Test
    void waitingForAReplyTimesOut() throws Exception {
        String file = file("mail", MAIL.replace("bob", "silent"));
        String opened = send("--timeout", "200ms", address, file);
        assertTrue(opened.startsWith("mail  failed: TIMEOUT: "), opened);
        services.add(
                factory.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class),
                Map.of("slimta.bus.name", "relay"));
        String configured = send("--timeout", "200ms", "relay", file);
        assertTrue(
                configured.matches(
                        "(?s)mail  failed: TIMEOUT: no reply over .* within 200 ms \\(--timeout\\); the mail is"
                                + " still being sent.*\n.*"),
                configured);
    }

    @Test
    void anInterruptEndsTheCommand() throws Exception {
        String file = file("mail", MAIL.replace("bob", "silent"));
        List<String> printed = new ArrayList<>();
        Thread thread = new Thread(() -> printed.add(send(address, file, file)));
        thread.start();
        assertTrue(arrived.await(20, TimeUnit.SECONDS));
        thread.interrupt();
        thread.join();
        assertEquals(
                List.of("mail  interrupted before the reply arrived\n"
                        + "1 file: 0 accepted, 0 deferred, 0 rejected, 1 failed, in TIME\n"
                        + "failed: The mail was not accepted.\n"),
                printed);
    }

    @Test
    void valuesMayFollowAnEqualsSign() throws Exception {
        String printed = send("--from=", "--to=one@x.org", "--timeout=20s", address, file("mail", "no headers"));
        assertEquals("mail  250 2.0.0 taken\n1 file: 1 accepted, 0 deferred, 0 rejected, 0 failed, in TIME\n", printed);
        assertEquals("", received.get(0).envelope().sender());
    }

    @Test
    void wrongArgumentsFailWithTheUsage() {
        String usage = " Usage: slimta-bus:send [--from A] [--to B]... [--timeout 30s] [--tls] BUS|HOST:PORT FILE...";
        assertTrue(send("relay").startsWith("failed: Missing argument FILE." + usage), send("relay"));
        assertTrue(send("--timeout", "soon", "relay", "file")
                .startsWith("failed: --timeout is 'soon'; it must be a duration"));
        assertTrue(send("--form", "a@b", "relay", "file").startsWith("failed: Unknown option --form." + usage));
        assertTrue(send("--tls=yes", "relay", "file").startsWith("failed: Option --tls has no value." + usage));
        assertTrue(send("--help").contains("\nexample:  slimta-bus:send 127.0.0.1:4025 mail/*.eml\n"));
    }
}
