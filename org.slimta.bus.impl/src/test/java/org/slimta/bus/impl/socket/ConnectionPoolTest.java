package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.socket.ClientOverFakes.answer;
import static org.slimta.bus.impl.socket.ClientOverFakes.areAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.await;
import static org.slimta.bus.impl.socket.ClientOverFakes.failed;
import static org.slimta.bus.impl.socket.ClientOverFakes.isAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.one;
import static org.slimta.bus.impl.socket.ClientOverFakes.sent;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;

/** How many connections a client opens, and which of them its transactions use. */
@Timeout(60)
class ConnectionPoolTest {

    private ClientOverFakes client;

    private void open(UnaryOperator<ClientOptions.Builder> change) {
        client = new ClientOverFakes(change);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void nothingIsOpenedBeforeATransactionIsSent() {
        open(options -> options);
        assertEquals(0, client.connections());
        assertFalse(client.isDialed());
    }

    @Test
    void oneConnectionIsOpenedForManyTransactionsUntilItIsKept() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(5);
        assertEquals(1, client.connections());
        FakeConnection server = client.connected();
        List<String> first = sent(server, 1);
        assertEquals(List.of(), server.takeSent(), "the others wait for the first response");
        server.arrive(RawPeer.responses(RawPeer.tx(first.get(0)), "yes"));
        answer(server, 4);
        areAnswered(all);
        assertEquals(1, client.connections());
        assertFalse(client.isDialed());
    }

    @Test
    void asManyAreOpenedAtFirstAsThePoolHasPlaces() throws Exception {
        open(options -> options.poolSize(3));
        client.send(10);
        assertEquals(3, client.connections());
    }

    @Test
    void noMoreThanFourAreOpenedAtFirst() throws Exception {
        open(options -> options.poolSize(100));
        client.send(10);
        assertEquals(4, client.connections());
    }

    @Test
    void moreAreOpenedWhenTheFirstResponseTakesItsTime() throws Exception {
        open(options -> options);
        client.send(20);
        FakeConnection server = client.connected();
        client.passMillis(99);
        assertEquals(1, client.connections());
        client.passMillis(1);
        await("another one is opened", () -> client.connections() == 2);
        client.passMillis(24);
        assertEquals(2, client.connections());
        client.passMillis(1);
        await("twice as many are opened", () -> client.connections() == 4);
        answer(server, 1);
        assertEquals(16, sent(server, 16).size(), "those that open no connection share the first one");
        assertEquals(4, client.connections());
    }

    @Test
    void thoseOverThePlacesOfThePoolEndAfterTheirFirstTransaction() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(2);
        FakeConnection first = client.connected();
        client.passMillis(100);
        FakeConnection second = client.connected();
        answer(first, 1);
        assertTrue(first.isOpen());
        answer(second, 1);
        areAnswered(all);
        assertFalse(second.isOpen());
        assertEquals(1, client.connections());
    }

    @Test
    void aKeptConnectionIsShared() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        List<ClientTransaction<String>> all = client.send(10);
        answer(server, 10);
        areAnswered(all);
        assertEquals(1, client.connections());
    }

    @Test
    void theNextConnectionIsUsedWhenTheFirstCarriesItsShareOfMaxInFlight() throws Exception {
        open(options -> options.poolSize(2).maxInFlight(6));
        client.send(2);
        FakeConnection first = client.connected();
        FakeConnection second = client.connected();
        answer(first, 1);
        answer(second, 1);
        client.send(4);
        sent(first, 3);
        sent(second, 1);
        client.send(2);
        sent(second, 2);
        assertEquals(2, client.connections());
    }

    @Test
    void aLargeTransactionHasAConnectionOfItsOwn() throws Exception {
        open(options -> options);
        FakeConnection shared = client.kept();
        ClientTransaction<String> large = client.sendLarge();
        assertEquals(2, client.connections());
        FakeConnection own = client.connected();
        assertEquals(List.of(), shared.takeSent());
        ClientTransaction<String> small = client.send("small");
        answer(shared, 1);
        isAnswered(small);
        answer(own, 1);
        isAnswered(large);
    }

    @Test
    void aLargeTransactionDoesNotWaitForTheFirstResponse() throws Exception {
        open(options -> options);
        client.send(3);
        client.sendLarge();
        assertEquals(2, client.connections());
    }

    @Test
    void theConnectionOfALargeTransactionIsUsedByTheNextOne() throws Exception {
        open(options -> options);
        FakeConnection own = client.keptForLarge();
        for (int i = 0; i < 3; i++) {
            ClientTransaction<String> next = client.sendLarge();
            answer(own, 1);
            isAnswered(next);
        }
        assertEquals(1, client.connections());
        assertFalse(client.isDialed());
    }

    @Test
    void theConnectionOfALargeTransactionIsNotShared() throws Exception {
        open(options -> options);
        FakeConnection own = client.keptForLarge();
        client.send("small");
        assertEquals(2, client.connections());
        client.sendLarge();
        one(own);
        client.sendLarge();
        assertEquals(3, client.connections());
        assertEquals(List.of(), own.takeSent());
    }

    @Test
    void asManyConnectionsForLargeTransactionsAreKeptAsThePoolHasPlaces() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = List.of(client.sendLarge(), client.sendLarge());
        FakeConnection first = client.connected();
        FakeConnection second = client.connected();
        answer(first, 1);
        answer(second, 1);
        areAnswered(all);
        assertTrue(first.isOpen());
        assertFalse(second.isOpen());
    }

    @Test
    void aLargeTransactionThatEndsWithoutAResponseEndsItsConnection() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        FakeConnection own = client.keptForLarge();
        ClientTransaction<String> late = client.sendLarge();
        one(own);
        client.pass(Duration.ofSeconds(6));
        failed(late, Reason.TIMEOUT);
        assertFalse(own.isOpen(), "the rest of its frame would hold up the next one");
    }

    @Test
    void aLargeTransactionOfWhichNothingWasSentLeavesItsConnectionToOthers() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        FakeConnection own = client.keptForLarge();
        own.setTaking(false);
        ClientTransaction<String> late = client.sendLarge();
        client.pass(Duration.ofSeconds(6));
        failed(late, Reason.TIMEOUT);
        assertTrue(own.isOpen());
        own.setTaking(true);
        ClientTransaction<String> next = client.sendLarge();
        answer(own, 1);
        isAnswered(next);
    }

    @Test
    void eachTransactionHasAConnectionWhenNoneAreToBeKept() throws Exception {
        open(options -> options.poolSize(0));
        List<ClientTransaction<String>> all = client.send(6);
        assertEquals(6, client.connections());
        for (int i = 0; i < 6; i++) {
            FakeConnection server = client.connected();
            String sent = sent(server, 1).get(0);
            assertTrue(sent.startsWith("<requests><text>"), sent);
            server.arrive("<responses><text>yes</text></responses>");
            assertFalse(server.isOpen());
        }
        areAnswered(all);
        assertEquals(0, client.connections());
    }

    @Test
    void aServerThatRespondsWithoutANumberGetsOneTransactionOnEachConnection() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(4);
        FakeConnection first = client.connected();
        one(first);
        first.arrive("<responses><text>yes</text></responses>");
        assertFalse(first.isOpen());
        assertEquals(3, client.connections(), "it is known now, so that nobody waits");
        for (int i = 0; i < 3; i++) {
            FakeConnection next = client.connected();
            one(next);
            next.arrive("<responses><text>yes</text></responses>");
        }
        areAnswered(all);
        client.send(5);
        assertEquals(5, client.connections());
    }

    @Test
    void aServerThatTurnsOutToKeepConnectionsIsSharedAgain() throws Exception {
        open(options -> options);
        client.send("a");
        FakeConnection lua = client.connected();
        one(lua);
        lua.arrive("<responses><text>yes</text></responses>");
        FakeConnection other = client.kept();
        client.send(3);
        sent(other, 3);
        assertEquals(1, client.connections());
    }

    @Test
    void aClientThatIsRefusedAtTheDoorDoesNotKeepTheConnection() throws Exception {
        open(options -> options);
        ClientTransaction<String> refused = client.send("a");
        ClientTransaction<String> waiting = client.send("b");
        FakeConnection door = client.connected();
        door.arrive("<responses tx=\"" + one(door) + "\" error=\"overloaded\">too many connections</responses>");
        failed(refused, Reason.OVERLOADED, "too many connections");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(waiting);
        assertEquals(List.of(), door.takeSent());
        assertFalse(door.isOpen());
    }

    @Test
    void aConnectionIsUsedByAnotherTransactionIfItsOwnEndsWhileItIsOpened() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> ended = client.send("a");
        client.pass(Duration.ofSeconds(3));
        ClientTransaction<String> waiting = client.send("b");
        client.pass(Duration.ofSeconds(3));
        failed(ended, Reason.CONNECT, "a connection is being opened");
        FakeConnection server = client.connected();
        answer(server, 1);
        isAnswered(waiting);
    }

    @Test
    void aConnectionThatNobodyWantsAnyMoreIsEndedInOrder() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)).connectTimeout(Duration.ofSeconds(60)));
        ClientTransaction<String> ended = client.send("a");
        client.pass(Duration.ofSeconds(6));
        failed(ended, Reason.CONNECT, "a connection is being opened");
        assertEquals(0, client.connections());
        FakeConnection server = client.connected();
        assertEquals(
                List.of("<requests></requests>"), server.takeSent(), "a Lua node must not see it end without a frame");
        assertTrue(server.isFinished());
    }
}
