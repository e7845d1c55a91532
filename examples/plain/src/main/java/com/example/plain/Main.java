package com.example.plain;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server and a client in one program. Usually they are two programs, each with a factory of its own. */
public final class Main {

    private Main() {}

    /**
     * Sends two mails to a server in this program, and prints the replies.
     *
     * @param arguments none
     * @throws BusException if a mail is not answered
     * @throws InterruptedException if the program is interrupted
     */
    public static void main(String[] arguments) throws BusException, InterruptedException {
        try (StandaloneBusFactory buses = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            BusServer<Message, Reply> server = buses.newServer("127.0.0.1", 0, Message.class, Reply.class);
            server.serve(Main::accept);

            int port = server.address().getPort();
            BusClient<Message, Reply> client = buses.newClient("127.0.0.1", port, Message.class, Reply.class);
            for (String recipient : List.of("bob@example.net", "carol@example.org")) {
                Reply reply = client.sendRequest(List.of(mail(recipient))).recvResponse().get(0);
                System.out.println(recipient + ": " + reply.code() + " " + reply.message());
            }
        }
    }

    private static Message mail(String recipient) {
        return new Message(
                new Client("SMTP", "edge.example.com", "192.0.2.1", "none", "mx.example.net"),
                new Envelope("alice@example.com", List.of(recipient)),
                Contents.of("Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.UTF_8)));
    }

    /** Called on a thread of the server, for several clients at the same time. */
    private static CompletionStage<List<Reply>> accept(RequestBatch<Message> batch) {
        return CompletableFuture.completedFuture(
                batch.requests().stream().map(Main::reply).toList());
    }

    private static Reply reply(Message message) {
        boolean ours = message.envelope().recipients().stream().allMatch(to -> to.endsWith("@example.net"));
        return ours ? new Reply(250, "Accepted") : new Reply(550, "Not one of ours");
    }
}
