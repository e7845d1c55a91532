package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What has ended is not kept in memory by the connection that it was on, however long that lives. */
@Timeout(60)
class ReleasedTransactionTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
    private ServerSocket listener;
    private BusClient<Attachment, String> client;
    private WeakReference<Object> object;
    private WeakReference<Object> transaction;
    private WeakReference<Object> response;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        client = factory.newClient(
                "127.0.0.1", listener.getLocalPort(), Attachment.class, String.class, ClientOptions.defaults());
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
    }

    /** Does one transaction in a frame of its own on the stack, so that nothing of it is left there. */
    private RawPeer send(RawPeer known, int size) throws Exception {
        Attachment request = Attachment.of(new byte[size]);
        ClientTransaction<String> sent = client.sendRequest(List.of(request));
        RawPeer peer = known == null ? new RawPeer(listener.accept()) : known;
        peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
        List<String> received = sent.recvResponse();
        assertEquals(List.of("1"), received);
        object = new WeakReference<>(request);
        transaction = new WeakReference<>(sent);
        response = new WeakReference<>(received);
        return peer;
    }

    private void assertAllReleased() {
        Await.collected("the request", object);
        Await.collected("the transaction", transaction);
        Await.collected("the response", response);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000, 1_000_000})
    void theFirstOneOfAConnection(int size) throws Exception {
        try (RawPeer peer = send(null, size)) {
            assertAllReleased();
            send(peer, size); // It lives.
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_000_000})
    void theNextOne(int size) throws Exception {
        try (RawPeer peer = send(null, size)) {
            send(peer, size);
            assertAllReleased();
            send(peer, size);
        }
    }

    private void giveUp() throws Exception {
        Attachment request = Attachment.of(new byte[10]);
        ((SocketClient<?, ?>) client)
                .reconfigure(ClientOptions.builder()
                        .responseTimeout(Duration.ofMillis(1))
                        .build());
        ClientTransaction<String> sent = client.sendRequest(List.of(request));
        assertThrows(BusException.class, sent::recvResponse);
        object = new WeakReference<>(request);
        transaction = new WeakReference<>(sent);
        response = new WeakReference<>(null);
    }

    @Test
    void oneThatWasGivenUp() throws Exception {
        try (RawPeer peer = send(null, 10)) {
            giveUp();
            assertAllReleased();
            assertNotNull(peer.receive(), "it lives, and has brought the request that was given up");
        }
    }
}
