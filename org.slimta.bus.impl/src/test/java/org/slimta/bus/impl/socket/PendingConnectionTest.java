package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.exchange.TestTransactions;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What becomes of a connection that is being opened when something ends or changes meanwhile. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class PendingConnectionTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final List<Socket> filling = new ArrayList<>();
    private ServerSocket listener;

    /** Nobody gets a connection before those are accepted that fill the queue of the kernel. */
    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        listener.setSoTimeout(20_000);
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        for (Socket each : filling) {
            each.close();
        }
        listener.close();
    }

    private SocketClient<String, String> client(ClientOptions.Builder options) {
        return (SocketClient<String, String>)
                factory.newClient("127.0.0.1", listener.getLocalPort(), String.class, String.class, options.build());
    }

    /** A turn whose transaction has ended just when it was taken out of those that wait. */
    private static ReconnectQueue<FramedTransaction<String>>.Turn turnOfEnded(SocketClient<String, String> client) {
        ReconnectQueue<FramedTransaction<String>> queue = new ReconnectQueue<>(exchange -> false);
        queue.configure(1, false);
        FramedTransaction<String> ended = TestTransactions.newTransaction(client.context());
        queue.add(ended, System.nanoTime());
        ReconnectQueue<FramedTransaction<String>>.Turn turn =
                queue.next(System.nanoTime()).get(0);
        ended.fail(Reason.TIMEOUT, "its time is over", null);
        return turn;
    }

    @Test
    void oneWhoseTransactionHasEndedIsOpenedForAnotherThatWaits() throws Exception {
        SocketClient<String, String> client =
                client(ClientOptions.builder().poolSize(1).connectTimeout(Duration.ofMinutes(5)));
        ClientTransaction<String> opening = client.sendRequest(List.of("a"));
        ClientTransaction<String> waiting = client.sendRequest(List.of("b"));
        ReconnectQueue<FramedTransaction<String>>.Turn turn = turnOfEnded(client);
        new PendingConnection<>(client.pool(), client.server(), turn).open();
        for (int i = 0; i < filling.size(); i++) {
            listener.accept().close();
        }
        Await.until("it is not to be opened any more", () -> turn.waiter() == null);
        client.close();
        for (ClientTransaction<String> each : List.of(opening, waiting)) {
            assertEquals(
                    Reason.CLOSED,
                    assertThrows(BusException.class, each::recvResponse).reason());
        }
    }
}
