package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.socket.ClientOverFakes.answer;
import static org.slimta.bus.impl.socket.ClientOverFakes.failed;
import static org.slimta.bus.impl.socket.ClientOverFakes.isAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.one;
import static org.slimta.bus.impl.socket.ClientOverFakes.sent;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;

/** What a client does with the frames that a server sends. */
@Timeout(60)
class ClientFramesTest {

    private static final String DRAIN = "<control drain=\"true\"/>";
    private static final int PING_LIMIT_BYTES = 1 << 20;

    private final ClientOverFakes client =
            new ClientOverFakes(options -> options.responseTimeout(Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void responsesReachTheirTransactionsInAnyOrder() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> first = client.send("a");
        ClientTransaction<String> second = client.send("b");
        List<String> sent = sent(server, 2);
        server.arrive(RawPeer.responses(RawPeer.tx(sent.get(1)), "to b"));
        server.arrive(RawPeer.responses(RawPeer.tx(sent.get(0)), "to a"));
        assertEquals(List.of("to a"), first.recvResponse());
        assertEquals(List.of("to b"), second.recvResponse());
    }

    @Test
    void aResponseThatComesTooLateDisturbsNoOther() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> late = client.send("late");
        long tx = one(server);
        client.pass(Duration.ofSeconds(8));
        ClientTransaction<String> other = client.send("other");
        client.pass(Duration.ofSeconds(3));
        failed(late, Reason.TIMEOUT);
        server.arrive(RawPeer.responses(tx, "too late"));
        answer(server, 1);
        isAnswered(other);
        failed(late, Reason.TIMEOUT);
        assertTrue(server.isOpen());
    }

    @Test
    void aResponseThatComesTwiceCountsOnce() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> transaction = client.send("a");
        long tx = one(server);
        server.arrive(RawPeer.responses(tx, "yes"));
        server.arrive(RawPeer.responses(tx, "no"));
        isAnswered(transaction);
        assertTrue(server.isOpen());
    }

    @Test
    void aTransactionWhoseTimeEndsBeforeItIsSentIsNotSent() throws Exception {
        FakeConnection server = client.kept();
        server.setTaking(false);
        ClientTransaction<String> late = client.send("late");
        client.pass(Duration.ofSeconds(11));
        failed(late, Reason.TIMEOUT);
        assertEquals(0, server.unsentBytes(), "it uses no memory any more");
        server.setTaking(true);
        client.send("next");
        assertTrue(sent(server, 1).get(0).contains("next"));
    }

    @Test
    void aFailureFailsItsTransactionAlone() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> failing = client.send("a");
        ClientTransaction<String> other = client.send("b");
        List<String> sent = sent(server, 2);
        server.arrive("<responses tx=\"" + RawPeer.tx(sent.get(0)) + "\" error=\"overloaded\">too much</responses>");
        server.arrive(RawPeer.responses(RawPeer.tx(sent.get(1)), "yes"));
        failed(failing, Reason.OVERLOADED, "too much");
        isAnswered(other);
        assertTrue(server.isOpen());
    }

    @Test
    void aConnectionIsKeptThoughItsFirstTransactionFails() throws Exception {
        ClientTransaction<String> failing = client.send("a");
        FakeConnection server = client.connected();
        server.arrive("<responses tx=\"" + one(server) + "\" error=\"codec\">unreadable</responses>");
        failed(failing, Reason.CODEC, "unreadable");
        ClientTransaction<String> next = client.send("b");
        answer(server, 1);
        isAnswered(next);
    }

    @Test
    void aFirstResponseWithANumberThatWasNotSentEndsTheConnection() throws Exception {
        ClientTransaction<String> failing = client.send("a");
        ClientTransaction<String> waiting = client.send("b");
        FakeConnection server = client.connected();
        one(server);
        server.arrive(RawPeer.responses(99, "no"));
        failed(failing, Reason.MALFORMED, "99");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(waiting);
    }

    @Test
    void aServerThatSendsRequestsIsGivenUp() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> transaction = client.send("a");
        one(server);
        server.arrive(RawPeer.requests(1, "b"));
        failed(transaction, Reason.MALFORMED, "<requests>");
        assertFalse(server.isOpen());
    }

    @Test
    void aFaultOfTheServerFailsTheOneTransactionThatWasSentWithItsReason() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> transaction = client.send("a");
        one(server);
        server.arrive("<responses><text>no</text></responses>");
        failed(transaction, Reason.MALFORMED, "without their number (tx)");
        assertFalse(server.isOpen());
    }

    @Test
    void aFaultOfTheServerClosesSeveralTransactionsAndWhatWasNotSentGoesElsewhere() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> first = client.send("a");
        ClientTransaction<String> second = client.send("b");
        sent(server, 2);
        server.setTaking(false);
        ClientTransaction<String> unsent = client.send("c");
        server.arrive("<nonsense/>");
        failed(first, Reason.CLOSED, "nonsense");
        failed(second, Reason.CLOSED, "nonsense");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(unsent);
    }

    @Test
    void whatWasNotSentGoesElsewhereWhenTheServerClosesTheConnection() throws Exception {
        FakeConnection server = client.kept();
        ClientTransaction<String> unknown = client.send("sent");
        one(server);
        server.setTaking(false);
        ClientTransaction<String> unsent = client.send("unsent");
        server.hangUp();
        failed(unknown, Reason.CLOSED, "before it");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(unsent);
    }

    @Test
    void aPingOfTheServerIsAnswered() throws Exception {
        FakeConnection server = client.kept();
        server.arrive("<control ping=\"7\"/>");
        assertEquals(List.of("<control pong=\"7\"/>"), server.takeSent());
    }

    @Test
    void aPingIsNotAnsweredWhileMuchIsToBeSent() throws Exception {
        FakeConnection server = client.kept();
        server.setTaking(false);
        String large = "a".repeat(200_000);
        int count = 0;
        while (server.unsentBytes() < PING_LIMIT_BYTES) {
            client.send(large);
            count++;
        }
        for (int i = 0; i < 100; i++) { // They would use memory without end if the server read nothing.
            server.arrive("<control ping=\"7\"/>");
        }
        server.setTaking(true);
        assertTrue(sent(server, count).stream().allMatch(each -> each.startsWith("<requests ")));
    }

    @Test
    void aServerThatDrainsBeforeItsFirstResponseIsNotShared() throws Exception {
        ClientTransaction<String> first = client.send("a");
        FakeConnection server = client.connected();
        long tx = one(server);
        server.arrive(DRAIN);
        client.send("b");
        server.arrive(RawPeer.responses(tx, "yes"));
        isAnswered(first);
        assertEquals(List.of(), server.takeSent());
        assertFalse(server.isOpen());
    }
}
