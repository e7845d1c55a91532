package org.slimta.bus.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Mail over TLS: the relay accepts it only from the edge. */
@Timeout(60)
class TlsMailTest {

    private final Path files = Path.of("../org.slimta.bus.impl/src/test/resources/tls");

    @Test
    void theRelayKnowsTheEdge() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec())) {
            TlsOptions relay = TlsOptions.builder()
                    .certificate(files.resolve("server.pem"))
                    .privateKey(files.resolve("server.key"))
                    .trust(files.resolve("ca.pem"))
                    .clientAuth(ClientAuth.REQUIRED)
                    .allowedPeers(List.of("DNS:edge.example.com"))
                    .build();
            BusServer<Message, Reply> server = factory.newServer(
                    "127.0.0.1",
                    0,
                    Message.class,
                    Reply.class,
                    ServerOptions.builder().tls(relay).build());
            Future<String> peer = CompletableFuture.supplyAsync(() -> answerOne(server));
            BusClient<Message, Reply> client = client(factory, server.address().getPort());
            Message mail = new Message(
                    new Client("ESMTP", "a.test", "192.0.2.1", "TLS", "mx.test"),
                    new Envelope("a@a.test", List.of("b@b.test")),
                    Contents.of("Subject: hi\r\n\r\n".getBytes()));
            assertEquals(
                    250, client.sendRequest(List.of(mail)).recvResponse().get(0).code());
            assertEquals("CN=edge,O=Example", peer.get());
        }
    }

    private static String answerOne(BusServer<Message, Reply> server) {
        try {
            ServerTransaction<Message, Reply> transaction = server.recvRequest();
            transaction.sendResponse(List.of(new Reply(250, "Ok")));
            return transaction.peer().identity().subject();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private BusClient<Message, Reply> client(StandaloneBusFactory factory, int port) {
        BusClient<Message, Reply> client;
        TlsOptions edge = TlsOptions.builder()
                .certificate(files.resolve("edge.pem"))
                .privateKey(files.resolve("edge.key"))
                .trust(files.resolve("ca.pem"))
                .build();
        client = factory.newClient(
                "localhost",
                port,
                Message.class,
                Reply.class,
                ClientOptions.builder().tls(edge).build());
        return client;
    }
}
