package org.slimta.bus.itest.sender;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Sends a mail by a configured client, on the thread of whoever calls it, and tells what was replied. */
@Component(service = Callable.class, property = "itest=sender")
public final class Sender implements Callable<String> {

    private final BusClient<Message, Reply> client;

    @Activate
    public Sender(@Reference(target = "(slimta.bus.name=to-relay)") BusClient<Message, Reply> client) {
        this.client = client;
    }

    @Override
    public String call() throws BusException, InterruptedException {
        Message message = new Message(
                        new Client("ESMTP", "client", "127.0.0.1", "", ""),
                        new Envelope("alice@example.com", List.of("bob@example.net")),
                        Contents.of("Subject: load\r\n\r\nload\r\n".getBytes(StandardCharsets.UTF_8)))
                .withQueueing(UUID.randomUUID().toString(), Instant.EPOCH, 0);
        return client.sendRequest(List.of(message)).recvResponse().get(0).message();
    }
}
