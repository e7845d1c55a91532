package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The first sample of the README works as it stands there. */
public class QuickStartTest {

    @Test
    public void tenLinesSendARequestAndReceiveItsResponse() throws Exception {
        Message message = new Message(
                new Client("SMTP", "edge.example.com", "192.0.2.1", "none", "mx.example.net"),
                new Envelope("alice@example.com", List.of("bob@example.net")),
                Contents.of("Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.UTF_8)));
        assertEquals(new Reply(250, "Accepted"), send(message));
    }

    private static Reply send(Message message) throws BusException, InterruptedException {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            BusServer<Message, Reply> server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class);
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests().stream()
                    .map(mail -> new Reply(250, "Accepted"))
                    .toList()));

            int port = server.address().getPort();
            BusClient<Message, Reply> client = factory.newClient("127.0.0.1", port, Message.class, Reply.class);
            return client.sendRequest(List.of(message)).recvResponse().get(0);
        }
    }
}
