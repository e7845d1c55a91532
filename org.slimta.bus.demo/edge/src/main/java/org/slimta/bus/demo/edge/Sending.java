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
 * Sends a mail until there is a reply. A transient failure, such as while the relay is being replaced, is retried with
 * the same id, in the same way as by a queue. After some time the mail is given up, and then no other mail is retried
 * either.
 */
public final class Sending {

    private static final Client CLIENT = new Client("ESMTP", "edge.example.com", "127.0.0.1", "", "router.example.com");
    private static final Set<Reason> TRANSIENT =
            EnumSet.of(Reason.CONNECT, Reason.CLOSED, Reason.TIMEOUT, Reason.OVERLOADED, Reason.NO_CODEC);
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int MIN_PAUSE_MILLIS = 5;
    private static final int MAX_PAUSE_MILLIS = 500;

    private final BusClient<Message, Reply> bus;
    private volatile boolean givenUp;

    /**
     * Sends over a bus.
     *
     * @param bus a client of the relays
     */
    public Sending(BusClient<Message, Reply> bus) {
        this.bus = bus;
    }

    /**
     * Blocks until there is a reply or the mail is given up.
     *
     * @param mail the mail
     * @param id its id
     * @return the outcome
     * @throws InterruptedException if the thread was interrupted
     */
    public Outcome send(Mail mail, String id) throws InterruptedException {
        Message message = new Message(CLIENT, new Envelope(mail.sender(), mail.recipients()), mail.contents());
        Instant queued = Instant.now();
        long deadline = System.nanoTime() + GIVE_UP_NANOS;
        int pause = MIN_PAUSE_MILLIS;
        for (int attempt = 0; ; attempt++) {
            try {
                List<Reply> replies = bus.sendRequest(List.of(message.withQueueing(id, queued, attempt)))
                        .recvResponse();
                return new Outcome(id, mail, replies.get(0), attempt, null);
            } catch (BusException e) {
                boolean permanent = !TRANSIENT.contains(e.reason());
                if (permanent || givenUp || System.nanoTime() > deadline) {
                    givenUp |= !permanent;
                    return new Outcome(id, mail, null, attempt, e.reason() + ": " + e.getMessage());
                }
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
        }
    }
}
