package org.slimta.bus.itest.roundtrip;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.Reply;

/** Sends a mail over a local bus and one over a socket. Who calls it needs no type of the bus. */
@Component(property = "itest=round-trip")
public final class RoundTrip implements Callable<List<String>> {

    private final BusFactory buses;

    @Activate
    public RoundTrip(@Reference BusFactory buses) {
        this.buses = buses;
    }

    @Override
    public List<String> call() throws Exception {
        LocalBus<Message, Reply> local = buses.newLocal();
        try (BusServer<Message, Reply> server = buses.newServer("127.0.0.1", 0, Message.class, Reply.class);
                BusClient<Message, Reply> client =
                        buses.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class)) {
            return List.of(send(local.client(), local.server(), "local"), send(client, server, "socket"));
        } finally {
            local.server().close();
        }
    }

    private static String send(BusClient<Message, Reply> client, BusServer<Message, Reply> server, String subject)
            throws BusException, InterruptedException {
        Message mail = new Message(
                new Client("ESMTP", "mail.example.com", "192.0.2.10", "TLS", "mx.example.net"),
                new Envelope("alice@example.com", List.of("bob@example.net")),
                Contents.of(("Subject: " + subject + "\r\n\r\nhello\r\n").getBytes(StandardCharsets.UTF_8)));
        var sent = client.sendRequest(List.of(mail));
        ServerTransaction<Message, Reply> received = server.recvRequest();
        String sender = received.requests().get(0).envelope().sender();
        received.sendResponse(List.of(new Reply(250, "Ok: " + subject + " from " + sender)));
        return sent.recvResponse().get(0).message();
    }
}
