package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.RawPeer;

/** A connection belongs to the options that it was made with: nothing is sent over it that they do not hold for any more. */
@Timeout(60)
class ReconfiguredClientTest {

    private static final int HANDSHAKE = 22;

    private final CountDownLatch known = new CountDownLatch(1);
    private final SocketEnds ends = SocketEnds.overSockets(host -> {
        try {
            known.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of(InetAddress.getLoopbackAddress());
    });
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        known.countDown();
        ends.close();
        listener.close();
    }

    private SocketClient<String, String> client(String host, ClientOptions options) {
        return ends.client(host, listener.getLocalPort(), options);
    }

    private static ClientOptions.Builder plain() {
        return ClientOptions.builder().poolSize(1);
    }

    private static ClientOptions.Builder secure() {
        return plain().tls(TlsOptions.builder()
                .trust(Path.of("src/test/resources/tls/ca.pem"))
                .build());
    }

    private static ClientOptions.Builder smaller() {
        return plain().limits(FrameLimits.builder().maxXmlSize(1000).build());
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("TLS", secure().build()),
                Arguments.of("limits", smaller().build()));
    }

    /** The next connection that the client makes; it must be another one. */
    private void assertNextIsNew(ClientOptions changed) throws Exception {
        try (Socket next = listener.accept()) {
            next.setSoTimeout(20_000);
            int first = next.getInputStream().read();
            assertEquals(changed.tls() != null, first == HANDSHAKE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aConnectionThatIsNotProvenYetIsNotSharedAfterAChange(String what, ClientOptions changed) throws Exception {
        SocketClient<String, String> client = client("127.0.0.1", plain().build());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            long tx = RawPeer.tx(peer.receive());
            client.reconfigure(changed);
            peer.send(RawPeer.responses(tx, "1"));
            assertEquals(List.of("1"), first.recvResponse());
            client.sendRequest(List.of("b"));
            assertNull(peer.receive(), "nothing more is sent over it");
        }
        assertNextIsNew(changed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aKeptConnectionEndsWithTheTransactionsThatAreUnderWay(String what, ClientOptions changed) throws Exception {
        SocketClient<String, String> client = client("127.0.0.1", plain().build());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            ClientTransaction<String> second = client.sendRequest(List.of("b"));
            long tx = RawPeer.tx(peer.receive());
            client.reconfigure(changed);
            client.sendRequest(List.of("c"));
            peer.send(RawPeer.responses(tx, "2"));
            assertEquals(List.of("2"), second.recvResponse());
            assertNull(peer.receive());
        }
        assertNextIsNew(changed);
    }

    @Test
    void aConnectionThatFailsUnderFormerOptionsIsOpenedAgain() throws Exception {
        SocketClient<String, String> client = client("127.0.0.1", secure().build());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (Socket securing = listener.accept()) {
            securing.setSoTimeout(20_000);
            assertEquals(HANDSHAKE, securing.getInputStream().read());
            client.reconfigure(plain().build());
        }
        try (RawPeer peer = new RawPeer(listener.accept())) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            assertEquals(List.of("1"), sent.recvResponse());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aConnectionThatIsBeingOpenedDuringAChangeCarriesNothing(String what, ClientOptions changed) throws Exception {
        SocketClient<String, String> client = client("server.example", plain().build());
        client.sendRequest(List.of("secret"));
        client.reconfigure(changed);
        known.countDown();
        try (RawPeer peer = new RawPeer(listener.accept())) {
            assertEquals("<requests></requests>", peer.receive());
            assertNull(peer.receive());
        }
        assertNextIsNew(changed);
    }

    @Test
    void limitsThatChangeHoldForWhatArrivesNext() throws Exception {
        SocketClient<String, String> client = client("127.0.0.1", plain().build());
        client.reconfigure(smaller().build());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "x".repeat(2000)));
            BusException failure = assertThrows(BusException.class, sent::recvResponse);
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertTrue(failure.getMessage().contains("maxXmlSize of 1000"), failure.getMessage());
        }
    }

    @Test
    void optionsThatDoNotConcernConnectionsLeaveThemAsTheyAre() throws Exception {
        SocketClient<String, String> client = client("127.0.0.1", plain().build());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            long tx = RawPeer.tx(peer.receive());
            client.reconfigure(plain().missingCodecTimeout(Duration.ofSeconds(1))
                    .maxInFlight(10)
                    .build());
            peer.send(RawPeer.responses(tx, "1"));
            first.recvResponse();
            ClientTransaction<String> second = client.sendRequest(List.of("b"));
            String next = peer.receive();
            assertFalse(next.startsWith("<control"), next);
            assertNotEquals(tx, RawPeer.tx(next));
            peer.send(RawPeer.responses(RawPeer.tx(next), "2"));
            assertEquals(List.of("2"), second.recvResponse());
        }
    }
}
