package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.exchange.TestTransactions;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** One connection of a client, kept by its server, as its pool sees it. */
@Timeout(60)
class ClientConnectionTest {

    private static final Duration IDLE = Duration.ofMinutes(1);

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private SocketClient<String, String> client;
    private ServerSocket listener;
    private RawPeer peer;
    private ClientConnection<String> connection;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
        client = (SocketClient<String, String>) factory.newClient(
                "127.0.0.1",
                listener.getLocalPort(),
                String.class,
                String.class,
                ClientOptions.builder().poolSize(1).idleTimeout(IDLE).build());
        ReconnectQueue<FramedTransaction<String>> queue = new ReconnectQueue<>(exchange -> false);
        queue.configure(1, false);
        FramedTransaction<String> first = exchange();
        queue.add(first, System.nanoTime());
        connection = new ClientConnection<>(
                client.pool(),
                client.server(),
                new PendingConnection.Opened<>(
                        queue.next(System.nanoTime()).get(0),
                        connect(),
                        client.server().context(),
                        false));
        connection.start(first);
        peer = new RawPeer(listener.accept());
        answer();
        Await.until("it is kept", connection::isKept);
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        peer.close();
        listener.close();
    }

    private FramedTransaction<String> exchange() {
        return TestTransactions.newTransaction(client.context());
    }

    private ConnectAttempt connect() throws Exception {
        CompletableFuture<ConnectAttempt> ready = new CompletableFuture<>();
        InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        new ConnectAttempt(
                        address,
                        address,
                        client.server().context(),
                        Runnable::run,
                        ConnectionToClose::slimtaEmptyArray,
                        new ConnectionOpening.Outcome<>() {

                            @Override
                            public void ready(ConnectAttempt attempt) {
                                ready.complete(attempt);
                            }

                            @Override
                            public void failed(ConnectAttempt attempt, BusException failure) {
                                ready.completeExceptionally(failure);
                            }
                        })
                .start();
        return ready.get(20, TimeUnit.SECONDS);
    }

    private void answer() throws Exception {
        peer.send("<responses tx=\"" + RawPeer.tx(peer.receive()) + "\"></responses>");
    }

    /** It takes no transactions any more, while those are told that were on it. */
    @Test
    void aConnectionThatNotifiesOfItsEndAcceptsNoMoreTransactions() throws Exception {
        FramedTransaction<String> failing = exchange();
        CompletableFuture<Boolean> sentAgain = new CompletableFuture<>();
        failing.whenEnded(() -> sentAgain.complete(connection.send(exchange())));
        assertTrue(connection.send(failing));
        peer.receive();
        peer.send("<responses");
        assertFalse(sentAgain.get(20, TimeUnit.SECONDS));
    }

    @Test
    void oneThatTheServerLeavesAloneAfterItHasSaidThatItCloses() throws Exception {
        peer.send("<control drain=\"true\"/>");
        Await.until("it takes no more", () -> !connection.isKept());
        connection.checkTimeouts(System.nanoTime());
        assertNull(peer.receive(), "it is closed, since nothing is on it");
    }

    @Test
    void isIdleFromTheLastAnswerOn() throws Exception {
        FramedTransaction<String> last = exchange();
        assertTrue(connection.send(last));
        answer();
        Await.until("it is answered", last::isDone);
        connection.checkTimeouts(last.start() + IDLE.toNanos() + 1);
        assertTrue(connection.isKept());
        connection.checkTimeouts(System.nanoTime() + IDLE.toNanos());
        assertFalse(connection.isKept());
        assertEquals(0, connection.load());
    }
}
