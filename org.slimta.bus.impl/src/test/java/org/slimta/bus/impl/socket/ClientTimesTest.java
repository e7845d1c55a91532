package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** What a client does when its times are over, on connections without sockets and with time that the test moves. */
@Timeout(60)
class ClientTimesTest {

    private static final String PING = "<control ping=";

    private final ManualTimer timer = new ManualTimer();
    private final FakeTransport transport = new FakeTransport(timer::now);
    private final SocketEnds ends = SocketEnds.over(transport, timer);
    private SocketClient<String, String> client;

    private void open(UnaryOperator<ClientOptions.Builder> change) {
        client = ends.client(
                4025, change.apply(ClientOptions.builder().poolSize(1)).build());
    }

    @AfterEach
    void close() {
        client.close();
        ends.close();
    }

    private ClientTransaction<String> send(String text) throws Exception {
        return client.sendRequest(List.of(text));
    }

    /** In steps in which whatever is looked at is looked at. */
    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            timer.advance(Duration.ofMillis(Math.min(left, 250)));
        }
    }

    /** The number of the one transaction that has left. */
    private static long takeOne(FakeConnection server) {
        List<String> sent = server.takeSent();
        assertEquals(1, sent.size(), sent.toString());
        return RawPeer.tx(sent.get(0));
    }

    /** A connection over which one transaction has been answered, so that it is kept. */
    private FakeConnection kept() throws Exception {
        ClientTransaction<String> first = send("first");
        FakeConnection server = transport.nextDialed().connect();
        server.arrive(RawPeer.responses(takeOne(server), "yes"));
        assertEquals(List.of("yes"), first.recvResponse());
        return server;
    }

    @Test
    void aTransactionWithoutAResponseEndsInTimeAndItsConnectionGoesOn() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)).pingInterval(Duration.ofSeconds(60)));
        FakeConnection server = kept();
        ClientTransaction<String> slow = send("slow");
        pass(Duration.ofSeconds(4));
        ClientTransaction<String> other = send("other");
        pass(Duration.ofSeconds(2));
        assertEquals(Reason.TIMEOUT, failureOf(slow).reason());
        List<String> sent = server.takeSent();
        server.arrive(RawPeer.responses(RawPeer.tx(sent.get(1)), "yes"));
        assertEquals(List.of("yes"), other.recvResponse());
        assertTrue(server.isOpen());
    }

    @Test
    void aServerThatIsSilentIsAskedAndGivenUpWhenItDoesNotAnswer() throws Exception {
        open(options -> options.pingInterval(Duration.ofSeconds(10)));
        FakeConnection server = kept();
        ClientTransaction<String> waiting = send("waiting");
        takeOne(server);
        pass(Duration.ofSeconds(9));
        assertEquals(List.of(), server.takeSent());
        pass(Duration.ofSeconds(2));
        List<String> asked = server.takeSent();
        assertEquals(1, asked.size());
        assertTrue(asked.get(0).startsWith(PING), asked.get(0));
        pass(Duration.ofSeconds(11));
        assertFalse(server.isOpen());
        BusException failure = failureOf(waiting);
        assertEquals(Reason.CLOSED, failure.reason());
        assertTrue(failure.getMessage().contains("pingInterval"), failure.getMessage());
    }

    @Test
    void aServerThatAnswersPingsIsThere() throws Exception {
        open(options -> options.pingInterval(Duration.ofSeconds(10)).responseTimeout(Duration.ofSeconds(600)));
        FakeConnection server = kept();
        ClientTransaction<String> waiting = send("waiting");
        long tx = takeOne(server);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(11));
            List<String> asked = server.takeSent();
            assertEquals(1, asked.size(), asked.toString());
            server.arrive(asked.get(0).replace("ping", "pong"));
        }
        server.arrive(RawPeer.responses(tx, "yes"));
        assertEquals(List.of("yes"), waiting.recvResponse());
    }

    @Test
    void aConnectionThatIsNotUsedIsClosed() throws Exception {
        open(options -> options.idleTimeout(Duration.ofSeconds(30)).pingInterval(Duration.ofSeconds(60)));
        FakeConnection server = kept();
        pass(Duration.ofSeconds(29));
        assertTrue(server.isOpen());
        pass(Duration.ofSeconds(3));
        assertFalse(server.isOpen());
        ClientTransaction<String> next = send("next");
        FakeConnection another = transport.nextDialed().connect();
        another.arrive(RawPeer.responses(takeOne(another), "yes"));
        assertEquals(List.of("yes"), next.recvResponse());
    }

    @Test
    void aConnectionThatDoesNotComeAboutFailsInTime() throws Exception {
        open(options -> options.connectTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = send("a");
        transport.nextDialed();
        pass(Duration.ofSeconds(7));
        BusException failure = failureOf(transaction);
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("connectTimeout"), failure.getMessage());
    }

    @Test
    void aRefusedConnectionFailsAtOnce() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        FakeTransport.Dialed dialed = transport.nextDialed();
        dialed.connection().execute(() -> dialed.outcome().onNotConnected(new ConnectException("Connection refused")));
        BusException failure = failureOf(transaction);
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("is the server running"), failure.getMessage());
    }

    @Test
    void aFrameThatStandsStillEndsItsConnection() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)).pingInterval(Duration.ofSeconds(60)));
        FakeConnection server = kept();
        server.arrivePartly();
        pass(Duration.ofSeconds(4));
        assertTrue(server.isOpen());
        ClientTransaction<String> behind = send("behind");
        pass(Duration.ofSeconds(2));
        assertFalse(server.isOpen());
        assertEquals(Reason.CLOSED, failureOf(behind).reason());
    }

    @Test
    void aRequestThatADrainingServerHasNotProcessedGoesElsewhere() throws Exception {
        open(options -> options);
        FakeConnection server = kept();
        ClientTransaction<String> answered = send("answered");
        long first = takeOne(server);
        ClientTransaction<String> moved = send("moved");
        takeOne(server);
        server.arrive("<control drain=\"true\"/>");
        server.arrive(RawPeer.responses(first, "yes"));
        server.arrive("<control drain=\"true\"/>");
        assertEquals(List.of("yes"), answered.recvResponse());
        // The client gives a server that closes a moment before it looks whether the server is back.
        Await.until("the client connects again", () -> {
            timer.advance(Duration.ofMillis(10));
            return transport.isDialed();
        });
        FakeConnection another = transport.nextDialed().connect();
        StringBuilder sent = new StringBuilder();
        // It gives a server that is just back a moment, too, before it sends to it.
        Await.until("the transaction is sent again", () -> {
            timer.advance(Duration.ofMillis(10));
            another.takeSent().forEach(sent::append);
            return sent.length() > 0;
        });
        another.arrive(RawPeer.responses(RawPeer.tx(sent.toString()), "yes"));
        assertEquals(List.of("yes"), moved.recvResponse());
    }

    @Test
    void aRequestThatIsUnansweredWhenAServerIsGoneHasAnUnknownOutcome() throws Exception {
        open(options -> options);
        FakeConnection server = kept();
        ClientTransaction<String> unknown = send("unknown");
        takeOne(server);
        server.arrive("<control drain=\"true\"/>");
        server.hangUp();
        assertEquals(Reason.CLOSED, failureOf(unknown).reason());
    }
}
