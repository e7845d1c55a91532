package org.slimta.bus.demo.edge;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/**
 * Sends one mail until there is a reply. What fails in passing, as when the relay is being replaced, is tried again under the
 * same id, as a queue would do; it is given up after a while, and then nothing else is tried again.
 */
final class Sending {

    private static final Client CLIENT =
            new Client("ESMTP", "edge.example.com", "127.0.0.1", "", "router.example.com");
    private static final Set<Reason> PASSING =
            EnumSet.of(Reason.CONNECT, Reason.CLOSED, Reason.TIMEOUT, Reason.OVERLOADED, Reason.NO_CODEC);
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int FIRST_PAUSE_MILLIS = 5;
    private static final int LONGEST_PAUSE_MILLIS = 500;

    private final BusClient<Message, Reply> bus;
    private volatile boolean givenUp;

    Sending(BusClient<Message, Reply> bus) {
        this.bus = bus;
    }

    /** Blocks until there is a reply, or it is given up. */
    Outcome send(Mail mail, String id) throws InterruptedException {
        Message message = new Message(CLIENT, new Envelope(mail.sender(), mail.recipients()), mail.contents());
        Instant queued = Instant.now();
        long deadline = System.nanoTime() + GIVE_UP_NANOS;
        int pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 0; ; attempt++) {
            try {
                List<Reply> replies = bus.sendRequest(List.of(message.withQueueing(id, queued, attempt)))
                        .recvResponse();
                return new Outcome(id, mail, replies.get(0), attempt, null);
            } catch (BusException e) {
                boolean hopeless = !PASSING.contains(e.reason());
                if (hopeless || givenUp || System.nanoTime() > deadline) {
                    givenUp |= !hopeless;
                    return new Outcome(id, mail, null, attempt, e.reason() + ": " + e.getMessage());
                }
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }
}
