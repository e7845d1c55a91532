package org.slimta.bus.itest.load;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Keeps transactions in flight for as long as there is a client, and counts what becomes of them. */
@Component(service = Load.class, immediate = true)
public final class Load {

    private static final int IN_FLIGHT = 64;

    private final BusClient<Message, Reply> client;
    private final Counts counts = Counts.ofThisJvm();
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final Thread sender = new Thread(this::send, "itest-load");

    @Activate
    public Load(@Reference(target = "(slimta.bus.name=to-relay)") BusClient<Message, Reply> client) {
        this.client = client;
        sender.start();
    }

    @Deactivate
    void stop() throws InterruptedException {
        sender.interrupt();
        sender.join();
    }

    private void send() {
        Client from = new Client("ESMTP", "client", "127.0.0.1", "", "");
        Envelope envelope = new Envelope("alice@example.com", List.of("bob@example.net"));
        Contents contents = Contents.of("Subject: load\r\n\r\nload\r\n".getBytes(StandardCharsets.UTF_8));
        try {
            while (true) {
                room.acquire();
                String id = UUID.randomUUID().toString();
                Message message = new Message(from, envelope, contents).withQueueing(id, Instant.EPOCH, 0);
                counts.sent();
                send(id, message);
            }
        } catch (InterruptedException e) {
            // It was deactivated.
        }
    }

    private void send(String id, Message message) throws InterruptedException {
        ClientTransaction<Reply> transaction;
        try {
            transaction = client.sendRequest(List.of(message));
        } catch (InterruptedException e) {
            counts.refused(); // It was not sent.
            throw e;
        }
        transaction.response().whenComplete((replies, failure) -> {
            count(id, replies, failure);
            room.release();
        });
    }

    /** What was not processed is not lost: whoever sends it may send it again. */
    private void count(String id, List<Reply> replies, Throwable failure) {
        if (failure instanceof BusException known && known.outcome() == BusException.Outcome.NOT_PROCESSED) {
            counts.refused();
        } else if (failure != null) {
            counts.failed(failure.toString());
        } else if (replies.get(0).message().startsWith(id + " handled by ")) {
            counts.answered();
        } else {
            counts.failed("to " + id + ": " + replies);
        }
    }
}
