package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.demo.relay.RelayProgram;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * The relay of the demo cannot write its mail for some time: a limit on the size of files of its process simulates a
 * full disk. The start of a file can be written, and then there is no more space, as on a disk.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class FullDiskTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int THREADS = 4;
    private static final int MAILS = 40;

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void mailIsDeferredUntilThereIsSpaceAndNoneIsLostOrDeliveredInPart() throws Exception {
        Path maildir = scene.folder().resolve("maildir");
        Path output = scene.folder().resolve("relay.out");
        Jvm relay = scene.add(new Jvm(output, "128m", RelayProgram.class, List.of(maildir.toString())));
        Await.until("the relay listens", TIMEOUT, () -> Files.readString(output).endsWith("\n") || !relay.isAlive());
        int port = Integer.parseInt(Files.readString(output).strip().replaceFirst("^(?s).*port ", ""));
        StandaloneBusFactory factory = scene.add(new StandaloneBusFactory(new MessageCodec(), new ReplyCodec()));
        BusClient<Message, Reply> client = factory.newClient("127.0.0.1", port, Message.class, Reply.class);
        MailQueue queue = new MailQueue(client, maildir);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(queue::run, "queue " + i));
            threads.get(i).start();
        }
        for (int i = 0; i < Rounds.COUNT; i++) {
            awaitAccepted(queue);
            limitFiles(relay, "4096");
            int deferred = queue.deferred();
            Await.until("mail is deferred", TIMEOUT, () -> queue.deferred() >= deferred + MAILS);
            limitFiles(relay, "unlimited");
            awaitAccepted(queue);
        }
        queue.stop();
        for (Thread thread : threads) {
            thread.join(TIMEOUT.toMillis());
        }
        scene.report(queue.accepted() + " mails accepted, deferred " + queue.deferred() + " times\n");
        assertEquals(List.of(), queue.problems());
    }

    private static void awaitAccepted(MailQueue queue) throws Exception {
        int accepted = queue.accepted();
        Await.until("mail is accepted", TIMEOUT, () -> queue.accepted() >= accepted + MAILS);
    }

    /** Sets the soft limit, which can be raised again without root privileges. */
    private static void limitFiles(Jvm relay, String bytes) throws Exception {
        Jvm.run("prlimit", "--pid", Long.toString(relay.pid()), "--fsize=" + bytes + ":");
    }
}
