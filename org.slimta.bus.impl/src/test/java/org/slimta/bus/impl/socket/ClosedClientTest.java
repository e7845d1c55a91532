package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;

/** Nothing is left to be done for a client that is closed: a program may make one for each task. */
@Timeout(60)
class ClosedClientTest {

    /** Within this time the timer checks the threads of all buses. */
    private static final Duration THREADS = Duration.ofMillis(100);

    private final ManualTimer timer = new ManualTimer();
    private final SocketEnds ends = SocketEnds.overSockets(timer);
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        ends.close();
        listener.close();
    }

    private SocketClient<String, String> client() {
        return ends.client(listener.getLocalPort(), ClientOptions.defaults());
    }

    @Test
    void theTimerForgetsAClientWithItsConnection() throws Exception {
        SocketClient<String, String> client = client();
        ClientTransaction<String> transaction = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            long tx = RawPeer.tx(peer.receive());
            assertNotEquals(0, timer.pendingAfter(THREADS), "the connection is looked at");
            peer.send(RawPeer.responses(tx, "1"));
            assertEquals(List.of("1"), transaction.recvResponse());
            client.close();
            assertTimerForgets();
        }
    }

    @Test
    void theTimerForgetsAClientWhoseConnectionHasNotComeAbout() throws Exception {
        listener.close();
        SocketClient<String, String> client = client();
        ClientTransaction<String> transaction = client.sendRequest(List.of("a"));
        client.close();
        assertThrows(BusException.class, transaction::recvResponse);
        assertTimerForgets();
    }

    private void assertTimerForgets() {
        Await.until("the timer has nothing to do for the client", () -> timer.pendingAfter(THREADS) == 0);
    }
}
