package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.socket.ClientOverFakes.answer;
import static org.slimta.bus.impl.socket.ClientOverFakes.await;
import static org.slimta.bus.impl.socket.ClientOverFakes.failed;
import static org.slimta.bus.impl.socket.ClientOverFakes.isAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.one;
import static org.slimta.bus.impl.socket.ClientOverFakes.sent;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** What becomes of the connections of a client when its options change, and when it is closed. */
@Timeout(60)
class PoolChangeTest {

    private static final FrameLimits OTHER = FrameLimits.builder().maxParts(7).build();

    private ClientOverFakes client;

    private void open(UnaryOperator<ClientOptions.Builder> change) {
        client = new ClientOverFakes(change);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aConnectionWithFormerLimitsEndsWithWhatIsOnIt() throws Exception {
        open(options -> options);
        FakeConnection former = client.kept();
        ClientTransaction<String> before = client.send("before");
        long tx = one(former);
        client.change(options -> options.limits(OTHER));
        assertTrue(former.isOpen());
        ClientTransaction<String> after = client.send("after");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(after);
        assertEquals(List.of(), former.takeSent());
        former.arrive(RawPeer.responses(tx, "yes"));
        isAnswered(before);
        assertFalse(former.isOpen());
    }

    @Test
    void anUnusedConnectionWithFormerLimitsIsClosed() throws Exception {
        open(options -> options);
        FakeConnection former = client.kept();
        FakeConnection formerForLarge = client.keptForLarge();
        client.change(options -> options.limits(OTHER));
        assertFalse(former.isOpen());
        assertFalse(formerForLarge.isOpen());
        assertEquals(0, client.connections());
    }

    @Test
    void aConnectionThatIsBeingOpenedWithFormerLimitsCarriesNothing() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = client.send("a");
        FakeTransport.Dialed former = client.dialed();
        client.change(options -> options.limits(OTHER));
        assertEquals(List.of("<requests></requests>"), former.connect().takeSent());
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(transaction);
    }

    @Test
    void aConnectionThatFailsWithFormerLimitsFailsNoTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = client.send("a");
        FakeTransport.Dialed former = client.dialed();
        client.change(options -> options.limits(OTHER));
        ClientOverFakes.refuse(former);
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(transaction);
    }

    @Test
    void aConnectionIsNotSharedIfTheLimitsChangeBeforeItsFirstResponse() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = client.send("a");
        FakeConnection former = client.connected();
        long tx = one(former);
        client.change(options -> options.limits(OTHER));
        former.arrive(RawPeer.responses(tx, "yes"));
        isAnswered(transaction);
        assertFalse(former.isOpen());
        client.kept();
    }

    @Test
    void connectionsStayWhenOtherOptionsChange() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        client.change(options -> options.maxInFlight(3).name("other"));
        client.send(2);
        sent(server, 2);
        assertEquals(1, client.connections());
    }

    @Test
    void surplusConnectionsEndWithWhatIsOnThemWhenThePoolIsMadeSmaller() throws Exception {
        open(options -> options.poolSize(2).maxInFlight(4));
        client.send(2);
        FakeConnection first = client.connected();
        FakeConnection second = client.connected();
        answer(first, 1);
        answer(second, 1);
        List<ClientTransaction<String>> all = client.send(3);
        client.change(options -> options.poolSize(1).maxInFlight(4));
        assertTrue(second.isOpen());
        answer(second, 1);
        isAnswered(all.get(2));
        assertFalse(second.isOpen());
        client.send("next");
        sent(first, 3);
        assertTrue(first.isOpen());
    }

    @Test
    void allConnectionsEndWhenNoneAreToBeKept() throws Exception {
        open(options -> options.poolSize(2));
        FakeConnection shared = client.kept();
        FakeConnection forLarge = client.keptForLarge();
        client.change(options -> options.poolSize(0));
        assertFalse(shared.isOpen());
        assertFalse(forLarge.isOpen());
        client.send("next");
        FakeConnection next = client.connected();
        assertTrue(sent(next, 1).get(0).startsWith("<requests><text>"));
    }

    @Test
    void thoseThatWaitOpenConnectionsWhenThePoolIsMadeLarger() throws Exception {
        open(options -> options);
        client.send(5);
        assertEquals(1, client.connections());
        client.change(options -> options.poolSize(3));
        assertEquals(3, client.connections());
    }

    @Test
    void closingFailsATransactionWhoseConnectionIsBeingOpened() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = client.send("a");
        FakeTransport.Dialed dialed = client.dialed();
        client.closeClient();
        failed(transaction, Reason.CLOSED);
        assertEquals(0, client.connections());
        assertEquals(List.of("<requests></requests>"), dialed.connect().takeSent());
        assertTrue(dialed.connection().isFinished());
    }

    @Test
    void aConnectionThatIsNotThereSoonAfterClosingIsGivenUp() throws Exception {
        open(options -> options);
        client.send("a");
        FakeTransport.Dialed dialed = client.dialed();
        client.closeClient();
        client.passMillis(1900);
        assertTrue(dialed.connection().isOpen());
        client.passMillis(300);
        assertFalse(dialed.connection().isOpen());
    }

    @Test
    void closingFailsTransactionsThatWaitAndOpensNothingForThem() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(3);
        client.dialed();
        client.closeClient();
        for (ClientTransaction<String> each : all) {
            failed(each, Reason.CLOSED);
        }
        assertEquals(0, client.connections());
        assertFalse(client.isDialed());
    }

    @Test
    void closingFailsTransactionsThatAreInFlightAndClosesTheirConnection() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        ClientTransaction<String> transaction = client.send("a");
        long tx = one(server);
        client.closeClient();
        failed(transaction, Reason.CLOSED);
        assertFalse(server.isOpen());
        server.arrive(RawPeer.responses(tx, "late"));
        failed(transaction, Reason.CLOSED);
    }

    @Test
    void closingLetsAServerHaveTheWholeFrameOfAFirstTransaction() throws Exception {
        open(options -> options);
        client.send("a");
        FakeTransport.Dialed dialed = client.dialed();
        dialed.connection().setTaking(false);
        FakeConnection server = dialed.connect();
        client.closeClient();
        assertTrue(server.isOpen());
        server.setTaking(true);
        await("a frame is sent", () -> server.unsentBytes() == 0);
        assertEquals(1, server.takeSent().size());
        assertTrue(server.isFinished());
    }

    @Test
    void nothingIsSentAfterClosing() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        client.closeClient();
        failed(client.send("late"), Reason.CLOSED);
        assertEquals(List.of(), server.takeSent());
        assertEquals(0, client.connections());
    }
}
