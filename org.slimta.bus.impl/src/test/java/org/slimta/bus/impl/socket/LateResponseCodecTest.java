package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.grizzly.GrizzlyTransport;
import org.slimta.bus.impl.local.QueueBus;

/**
 * A codec that is missing when a transaction is answered holds up no thread of a bus. Of a type with a name, whose bundle may be being
 * replaced, it must be there before anything is sent.
 */
class LateResponseCodecTest {

    private record Late(String text) {}

    private static final class LateCodec implements XmlCodec<Late> {

        private final String mark;

        LateCodec(String mark) {
            this.mark = mark;
        }

        @Override
        public Class<Late> type() {
            return Late.class;
        }

        @Override
        public void toXml(Late value, XmlWriter xml, Attachments attachments) {
            xml.start("late").text(value.text()).end();
        }

        @Override
        public Late fromXml(XmlElement element, Attachments attachments) {
            return new Late(mark + element.text());
        }
    }

    private final Threads threads = new Threads();
    private final Network network = new Network(threads, new GrizzlyTransport(threads));
    private final CodecRegistry codecs = new CodecRegistry();
    private final QueueBus<String, String> local =
            new QueueBus<>(LocalOptions.builder().build(), threads);
    private SocketServer<String, Late> server;
    private SocketClient<?, ?> client;

    private void openServer(CodecRegistry codecs, Duration missingCodecTimeout) throws BusException {
        server = SocketServer.open(
                "127.0.0.1",
                0,
                PayloadType.of(String.class),
                PayloadType.of(Late.class),
                ServerOptions.builder().missingCodecTimeout(missingCodecTimeout).build(),
                codecs,
                network,
                threads);
    }

    private <R> SocketClient<String, R> newClient(PayloadType<R> responseType, Duration missingCodecTimeout) {
        SocketClient<String, R> opened = new SocketClient<>(
                "127.0.0.1",
                server.address().getPort(),
                responseType,
                ClientOptions.builder().missingCodecTimeout(missingCodecTimeout).build(),
                codecs,
                network,
                threads);
        client = opened;
        return opened;
    }

    private ClientTransaction<Late> answeredOnAThreadOfABus(Duration missingCodecTimeout) throws Exception {
        codecs.add(new CodecRegistry.Rank(0, 1), null, new TextCodec());
        openServer(codecs, missingCodecTimeout);
        SocketClient<String, Late> client = newClient(PayloadType.of(Late.class), Duration.ofSeconds(20));
        ClientTransaction<Late> transaction = client.sendRequest(List.of("a"));
        ServerTransaction<String, Late> received = server.recvRequest();
        CompletableFuture<Void> answered = local.client()
                .sendRequest(List.of("go"))
                .response()
                .thenAccept(go -> {
                    try {
                        received.sendResponse(List.of(new Late("b")));
                    } catch (BusException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toCompletableFuture();
        local.server().recvRequest().sendResponse(List.of("go"));
        answered.get(20, TimeUnit.SECONDS);
        return transaction;
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
        local.close();
        network.close();
        threads.close();
    }

    @Test
    void theResponsesFollowWhenItHasCome() throws Exception {
        ClientTransaction<Late> transaction = answeredOnAThreadOfABus(Duration.ofMinutes(1));
        assertFalse(transaction.response().toCompletableFuture().isDone());
        codecs.add(new CodecRegistry.Rank(0, 2), null, new LateCodec(""));
        assertEquals(List.of(new Late("b")), transaction.recvResponse());
    }

    @Test
    void theClientIsNotifiedThatTheCodecHasNotCome() throws Exception {
        ClientTransaction<Late> transaction = answeredOnAThreadOfABus(Duration.ofMillis(50));
        client.reconfigure(ClientOptions.builder()
                .missingCodecTimeout(Duration.ofMillis(50))
                .build());
        assertEquals(
                Reason.NO_CODEC,
                assertThrows(BusException.class, transaction::recvResponse).reason());
    }

    private SocketClient<String, Object> clientOfAName(Duration missingCodecTimeout) throws Exception {
        CodecRegistry ofServer = new CodecRegistry();
        ofServer.add(new CodecRegistry.Rank(0, 1), null, new TextCodec());
        ofServer.add(new CodecRegistry.Rank(0, 2), null, new LateCodec(""));
        openServer(ofServer, Duration.ofSeconds(20));
        codecs.add(new CodecRegistry.Rank(0, 1), null, new TextCodec());
        return newClient(PayloadType.named("late"), missingCodecTimeout);
    }

    @Test
    void theResponsesAreReadWithTheCodecThatWasThereWhenTheRequestsWereSent() throws Exception {
        SocketClient<String, Object> named = clientOfAName(Duration.ofSeconds(20));
        codecs.add(new CodecRegistry.Rank(0, 2), "late", new LateCodec("old "));
        ClientTransaction<Object> sent = named.sendRequest(List.of("a"));
        ServerTransaction<String, Late> received = server.recvRequest();
        codecs.remove(2);
        received.sendResponse(List.of(new Late("b")));
        assertEquals(List.of(new Late("old b")), sent.recvResponse());
    }

    @Test
    void requestsAreNotSentWhileTheCodecOfTheirResponsesIsBeingReplaced() throws Exception {
        SocketClient<String, Object> named = clientOfAName(Duration.ofSeconds(20));
        CompletableFuture<ClientTransaction<Object>> sent = CompletableFuture.supplyAsync(() -> {
            try {
                return named.sendRequest(List.of("a"));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThrows(BusException.class, () -> server.recvRequest(Duration.ofMillis(100)));
        codecs.add(new CodecRegistry.Rank(0, 2), "late", new LateCodec("new "));
        server.recvRequest().sendResponse(List.of(new Late("b")));
        assertEquals(List.of(new Late("new b")), sent.get().recvResponse());
    }

    @Test
    void nothingIsProcessedIfTheCodecOfTheResponsesDoesNotCome() throws Exception {
        SocketClient<String, Object> named = clientOfAName(Duration.ofMillis(50));
        ClientTransaction<Object> sent = named.sendRequest(List.of("a"));
        BusException failure = assertThrows(BusException.class, sent::recvResponse);
        assertEquals(Reason.NO_CODEC, failure.reason());
        assertEquals(Outcome.NOT_PROCESSED, failure.outcome());
    }
}
