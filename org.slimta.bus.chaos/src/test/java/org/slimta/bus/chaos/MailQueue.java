package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * Sends one mail after the other to a relay, each repeatedly until it is accepted, in the same way as a queue. Checks
 * after each reply whether it is true. Thread-safe.
 */
final class MailQueue {

    private static final List<String> RECIPIENTS = List.of("a@example.org", "b@example.org");
    private static final int MIN_BYTES = 8 << 10;
    private static final int MAX_BYTES = 200 << 10;

    private final BusClient<Message, Reply> relay;
    private final Path maildir;
    private final Map<String, byte[]> accepted = new ConcurrentHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final AtomicInteger deferred = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean over;

    MailQueue(BusClient<Message, Reply> relay, Path maildir) {
        this.relay = relay;
        this.maildir = maildir;
    }

    /** Sends new mails until {@link #stop()} is called, and then until all mails are accepted. */
    void run() {
        Random random = new Random(begun.get());
        try {
            while (!over) {
                byte[] contents = new byte[random.nextInt(MIN_BYTES, MAX_BYTES)];
                random.nextBytes(contents);
                deliver("mail" + begun.incrementAndGet(), contents);
            }
        } catch (InterruptedException | IOException | RuntimeException e) {
            addProblem("a thread failed: " + e);
        }
    }

    /** Stops sending new mails. */
    void stop() {
        over = true;
    }

    private void deliver(String id, byte[] contents) throws InterruptedException, IOException {
        Message message = new Message(
                        new Client("ESMTP", "client", "127.0.0.1", "", ""),
                        new Envelope("alice@example.com", RECIPIENTS),
                        Contents.of(contents))
                .withQueueing(id, null, 0);
        while (true) {
            Reply reply;
            try {
                reply = relay.sendRequest(List.of(message)).recvResponse().get(0);
            } catch (BusException e) {
                addProblem(id + ": " + e);
                return;
            }
            if (reply.isAccepted()) {
                accepted.put(id, contents);
                return;
            }
            deferred.incrementAndGet();
            if (reply.code() / 100 != 4) {
                addProblem(id + " was refused permanently: " + reply);
            }
            for (String recipient : RECIPIENTS) {
                if (Files.exists(file(recipient, id))) {
                    addProblem(id + " was deferred, but delivered to " + recipient);
                }
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private Path file(String recipient, String id) {
        return maildir.resolve(recipient).resolve("new").resolve(id);
    }

    private synchronized void addProblem(String problem) {
        problems.add(problem);
    }

    int deferred() {
        return deferred.get();
    }

    int accepted() {
        return accepted.size();
    }

    /** The problems, after all threads have finished. */
    synchronized List<String> problems() throws IOException {
        List<String> all = new ArrayList<>(problems);
        if (begun.get() != accepted.size()) {
            all.add(begun + " mails were sent, " + accepted.size() + " accepted");
        }
        for (Map.Entry<String, byte[]> mail : accepted.entrySet()) {
            for (String recipient : RECIPIENTS) {
                Path delivered = file(recipient, mail.getKey());
                if (!Files.exists(delivered) || !Arrays.equals(mail.getValue(), Files.readAllBytes(delivered))) {
                    all.add(mail.getKey() + " was accepted, but not delivered to " + recipient);
                }
            }
        }
        for (String recipient : RECIPIENTS) {
            try (var left = Files.list(maildir.resolve(recipient).resolve("tmp"))) {
                left.forEach(file -> all.add(file + " was left behind"));
            }
        }
        return all;
    }
}
