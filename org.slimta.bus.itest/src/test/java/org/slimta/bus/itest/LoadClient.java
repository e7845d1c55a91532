package org.slimta.bus.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * A JVM of its own that keeps so many transactions in flight and checks each response. To a line {@code status} on its input it
 * answers with a line of its counts, at the end of the input it lets all come to their end and does so once more.
 */
public final class LoadClient {

    private static final Pattern MESSAGE =
            Pattern.compile("(\\S+) handled by (\\S+) for next\\.example\\.org, routed by (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BusClient<Message, Reply> client;
    private final Semaphore room;
    private final int inFlight;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Map<String, Long> problems = new ConcurrentHashMap<>();
    private final Set<String> marks = ConcurrentHashMap.newKeySet();

    private LoadClient(BusClient<Message, Reply> client, int inFlight) {
        this.client = client;
        this.inFlight = inFlight;
        this.room = new Semaphore(inFlight);
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int inFlight = Integer.parseInt(arguments[1]);
        ClientOptions options =
                ClientOptions.builder().responseTimeout(PATIENCE).build();
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
                BusClient<Message, Reply> client =
                        factory.newClient("127.0.0.1", port, Message.class, Reply.class, options)) {
            new LoadClient(client, inFlight).run();
        }
    }

    private void run() throws Exception {
        Thread sender = new Thread(this::send, "sender");
        sender.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = in.readLine()) != null) {
            if (line.equals("status")) {
                report();
            }
        }
        sender.interrupt();
        sender.join();
        room.tryAcquire(inFlight, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        report();
    }

    private void send() {
        Contents contents = Contents.of("Subject: load\r\n\r\nload\r\n".getBytes(StandardCharsets.UTF_8));
        Client from = new Client("ESMTP", "client", "127.0.0.1", "", "");
        Envelope envelope = new Envelope("alice@example.com", List.of("bob@example.net"));
        String run = Long.toHexString(System.nanoTime());
        try {
            while (true) {
                room.acquire();
                String id = run + "-" + sent.incrementAndGet();
                Message message = new Message(from, envelope, contents).withQueueing(id, Instant.EPOCH, 0);
                client.sendRequest(List.of(message)).response().whenComplete((replies, failure) -> {
                    check(id, replies, failure);
                    room.release();
                });
            }
        } catch (InterruptedException e) {
            // The end of the input.
        }
    }

    private void check(String id, List<Reply> replies, Throwable failure) {
        if (failure instanceof BusException known) {
            failed.incrementAndGet();
            problems.merge(known.reason() + ": " + known.getMessage(), 1L, Long::sum);
            return;
        }
        if (failure != null) {
            failed.incrementAndGet();
            problems.merge(failure.toString(), 1L, Long::sum);
            return;
        }
        Reply reply = replies.get(0);
        Matcher matcher = MESSAGE.matcher(reply.message());
        if (reply.code() == 250 && matcher.matches() && matcher.group(1).equals(id)) {
            answered.incrementAndGet();
            marks.add("handler-" + matcher.group(2));
            marks.add("filter-" + matcher.group(3));
        } else {
            failed.incrementAndGet();
            problems.merge("to " + id + ": " + reply, 1L, Long::sum);
        }
    }

    private void report() throws IOException {
        System.out.println("sent=" + sent + " answered=" + answered + " failed=" + failed + " marks=" + marks.size()
                + " problems=" + problems.toString().replace('\n', ' '));
        System.out.flush();
    }
}
