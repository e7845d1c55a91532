package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.slimta.bus.impl.socket.ClientOverFakes.answer;
import static org.slimta.bus.impl.socket.ClientOverFakes.failed;
import static org.slimta.bus.impl.socket.ClientOverFakes.isAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.sent;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;

/** A client begins each connection to a server that can be asked with a probe. */
@Timeout(60)
class ProbedConnectionTest {

    private static final String LIFE = " can=\"ask\" server=\"one\">";

    private final ClientOverFakes client =
            new ClientOverFakes(options -> options.connectTimeout(Duration.ofSeconds(1)));

    @AfterEach
    void close() {
        client.close();
    }

    /** The server answers the first transaction, and shows that it can be asked. */
    private FakeConnection asked() throws Exception {
        ClientTransaction<String> first = client.send("first");
        FakeConnection server = client.connected();
        long tx = RawPeer.tx(sent(server, 1).get(0));
        server.arrive(RawPeer.responses(tx, "yes").replaceFirst(">", LIFE));
        isAnswered(first);
        return server;
    }

    private static void answerProbe(FakeConnection server) {
        long tx = RawPeer.tx(sent(server, 1).get(0));
        server.arrive("<responses tx=\"" + tx + "\"" + LIFE + "</responses>");
    }

    @Test
    void theTransactionIsSentAfterTheProbeIsAnswered() throws Exception {
        asked().hangUp();
        ClientTransaction<String> second = client.send("second");
        FakeConnection server = client.connected();
        answerProbe(server);
        answer(server, 1);
        isAnswered(second);
    }

    @Test
    void aServerThatAcceptsAndClosesIsNotConnectedToAllTheTime() throws Exception {
        asked().hangUp();
        ClientTransaction<String> second = client.send("second");
        FakeConnection server = client.connected();
        sent(server, 1);
        server.hangUp();
        client.passMillis(0);
        assertFalse(client.isDialed(), "there is a pause before the next attempt");
        for (int attempts = 0;
                attempts < 100 && !second.response().toCompletableFuture().isDone();
                attempts++) {
            client.passMillis(50);
            while (client.isDialed()) {
                FakeConnection next = client.connected();
                sent(next, 1);
                next.hangUp();
            }
        }
        failed(second, Reason.CONNECT, "closed the connection before it sent anything");
    }
}
