package org.slimta.bus.fuzz.targets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.mail.Client;
import org.slimta.bus.mail.Contents;
import org.slimta.bus.mail.Envelope;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server that accepts all mail, and a well-behaved client, which must always get its responses. Both stay open. */
final class MailServer {

    static final Reply REPLY = new Reply(250, "Ok");

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final BusServer<Message, Reply> server;
    private final BusClient<Message, Reply> goodClient;

    private MailServer() throws BusException {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> failure.compareAndSet(null, e));
        ServerOptions options = ServerOptions.builder()
                .name("tried")
                .frameTimeout(Duration.ofSeconds(2))
                .missingCodecTimeout(Duration.ofMillis(100))
                .build();
        server = factory.newServer("127.0.0.1", 0, Message.class, Reply.class, options);
        Thread serving = new Thread(this::serve, "serving");
        serving.setDaemon(true);
        serving.start();
        goodClient = newClient(address().getPort(), Duration.ofSeconds(20));
    }

    static MailServer open() {
        try {
            return new MailServer();
        } catch (BusException e) {
            throw new IllegalStateException(e);
        }
    }

    InetSocketAddress address() {
        return server.address();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(address().getAddress(), address().getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        return socket;
    }

    BusClient<Message, Reply> newClient(int port, Duration responseTimeout) {
        ClientOptions options = ClientOptions.builder()
                .responseTimeout(responseTimeout)
                .missingCodecTimeout(Duration.ofMillis(100))
                .build();
        return factory.newClient("127.0.0.1", port, Message.class, Reply.class, options);
    }

    static Message mail() {
        return new Message(
                new Client("ESMTP", "good", "127.0.0.1", "none", "here"),
                new Envelope("good@example.com", List.of("server@example.com")),
                Contents.of(new byte[] {'h', 'i'}));
    }

    private void serve() {
        while (true) {
            try {
                ServerTransaction<Message, Reply> transaction = server.recvRequest();
                answer(transaction);
            } catch (InterruptedException | RuntimeException e) {
                failure.compareAndSet(null, e);
                return;
            } catch (BusException e) {
                if (e.reason() != Reason.TIMEOUT) {
                    failure.compareAndSet(null, e);
                }
            }
        }
    }

    private static void answer(ServerTransaction<Message, Reply> transaction) {
        try {
            transaction.sendResponse(
                    transaction.requests().stream().map(mail -> REPLY).toList());
        } catch (BusException e) {
            // The client has disconnected.
        }
    }

    /** Checks that the well-behaved client still gets its responses, and that no thread has failed. */
    void checkGoodClient() throws InterruptedException {
        try {
            Broken.unlessSame(
                    List.of(REPLY),
                    goodClient.sendRequest(List.of(mail())).recvResponse(),
                    "the responses to the well-behaved client");
        } catch (BusException e) {
            throw new IllegalStateException("the well-behaved client gets no responses", e);
        }
        Throwable unseen = failure.getAndSet(null);
        if (unseen != null) {
            throw new IllegalStateException("a thread has failed", unseen);
        }
    }
}
