package org.slimta.bus.bench;

import java.time.Duration;
import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;

/** A server that answers mail with Ok, and a client of it, each with threads and sockets of its own. */
final class MailBus implements AutoCloseable {

    private final StandaloneBusFactory serverSide = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final StandaloneBusFactory clientSide = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final BusServer<Message, Reply> server;
    private final BusClient<Message, Reply> client;

    MailBus() throws BusException {
        ServerOptions options =
                ServerOptions.builder().frameTimeout(Duration.ofHours(1)).build();
        server = serverSide.newServer("127.0.0.1", 0, Message.class, Reply.class, options);
        client = clientSide.newClient("127.0.0.1", server.address().getPort(), Message.class, Reply.class);
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(this::serve, "mail-server");
            thread.setDaemon(true);
            thread.start();
        }
    }

    int port() {
        return server.address().getPort();
    }

    private void serve() {
        while (true) {
            try {
                ServerTransaction<Message, Reply> transaction = server.recvRequest();
                transaction.sendResponse(transaction.requests().stream()
                        .map(message -> new Reply(250, "Ok: " + message.envelope().sender()))
                        .toList());
            } catch (BusException e) {
                if (e.reason() == Reason.CLOSED) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    void send(Message message) {
        try {
            Reply reply = client.sendRequest(List.of(message)).recvResponse().get(0);
            if (!reply.isAccepted()) {
                throw new IllegalStateException(reply.toString());
            }
        } catch (BusException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Message message(int size) {
        return new Message(
                new Client("ESMTP", "mail.example.com", "192.0.2.10", "TLS", "mx.example.net"),
                new Envelope("alice@example.com", List.of("bob@example.net")),
                Contents.of(new byte[size]));
    }

    @Override
    public void close() {
        clientSide.close();
        serverSide.close();
    }
}
