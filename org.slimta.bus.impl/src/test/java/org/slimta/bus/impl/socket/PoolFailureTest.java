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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** What becomes of transactions when a server cannot be reached, is closing, or is away for a while. */
@Timeout(60)
class PoolFailureTest {

    private static final String DRAIN = "<control drain=\"true\"/>";
    private static final int FIRST_PAUSES = 7;

    private ClientOverFakes client;

    private void open(UnaryOperator<ClientOptions.Builder> change) {
        client = new ClientOverFakes(change);
    }

    @AfterEach
    void close() {
        client.close();
    }

    /** The next connection that is being opened, for which time passes. */
    private FakeConnection connectedLater() throws Exception {
        await("a connection is opened", () -> {
            client.passMillis(1);
            return client.isDialed();
        });
        return client.connected();
    }

    /** What is sent over a connection, for which time passes. */
    private List<String> sentLater(FakeConnection server, int count) {
        await("nothing is held back", () -> {
            client.passMillis(1);
            return server.unsentBytes() == 0;
        });
        client.passMillis(20);
        return sent(server, count);
    }

    @Test
    void aTransactionFailsOnlyAfterAllAddressesHaveFailed() throws Exception {
        client = new ClientOverFakes(ClientOverFakes.NAME, options -> options);
        ClientTransaction<String> transaction = client.send("a");
        FakeConnection first = client.refused();
        FakeConnection second = client.refused();
        assertFalse(first.peer().equals(second.peer()));
        failed(
                transaction,
                Reason.CONNECT,
                "cannot connect to any of its 2 addresses",
                "10.0.0.1",
                "10.0.0.2",
                "Connection refused");
        assertEquals(0, client.connections());
    }

    @Test
    void aTransactionIsSentToTheNextAddressWhenOneFails() throws Exception {
        client = new ClientOverFakes(ClientOverFakes.NAME, options -> options);
        ClientTransaction<String> transaction = client.send("a");
        client.refused();
        FakeConnection second = client.connected();
        answer(second, 1);
        isAnswered(transaction);
    }

    @Test
    void theAddressThatWasReachedIsTriedFirst() throws Exception {
        client = new ClientOverFakes(ClientOverFakes.NAME, options -> options.poolSize(0));
        client.send("a");
        FakeConnection bad = client.refused();
        FakeConnection good = client.connected();
        client.send("b");
        FakeConnection next = client.connected();
        assertEquals(good.peer(), next.peer());
        assertFalse(bad.peer().equals(next.peer()));
    }

    @Test
    void eachOfThoseThatWaitTriesToConnectBeforeItFails() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(3);
        for (ClientTransaction<String> each : all) {
            FakeTransport.Dialed dialed = client.dialed();
            assertEquals(1, client.connections());
            ClientOverFakes.refuse(dialed);
            failed(each, Reason.CONNECT, "Connection refused", "is the server running");
        }
        await("nothing is left", () -> client.connections() == 0);
        assertFalse(client.isDialed());
    }

    @Test
    void thoseThatWaitAreSentWhenTheServerIsThereAfterAll() throws Exception {
        open(options -> options);
        List<ClientTransaction<String>> all = client.send(3);
        client.refused();
        failed(all.get(0), Reason.CONNECT);
        FakeConnection server = client.connected();
        answer(server, 1);
        answer(server, 1);
        isAnswered(all.get(1));
        isAnswered(all.get(2));
    }

    @Test
    void aTransactionThatWaitsForTheConnectionOfAnotherFailsAsNotSent() throws Exception {
        open(options -> options.connectTimeout(Duration.ofSeconds(60)).responseTimeout(Duration.ofSeconds(5)));
        List<ClientTransaction<String>> all = client.send(2);
        client.dialed();
        client.pass(Duration.ofSeconds(6));
        failed(all.get(0), Reason.CONNECT, "a connection is being opened", "responseTimeout");
        failed(all.get(1), Reason.CONNECT, "others are being opened", "responseTimeout");
    }

    @Test
    void aTransactionThatWasSentOnANewConnectionFailsWithAnUnknownOutcome() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = client.send("a");
        FakeConnection server = client.connected();
        one(server);
        client.pass(Duration.ofSeconds(6));
        failed(transaction, Reason.TIMEOUT, "responseTimeout");
        assertEquals(0, client.connections());
        assertTrue(server.isFinished(), "it is not known to be kept, so it ends with its transaction");
    }

    @Test
    void aTransactionWaitsForAConnectionNoLongerThanConnectTimeout() throws Exception {
        open(options -> options.connectTimeout(Duration.ofSeconds(5)).responseTimeout(Duration.ofSeconds(60)));
        ClientTransaction<String> first = client.send("a");
        FakeConnection server = client.connected();
        one(server);
        client.sendLarge();
        ClientTransaction<String> waiting = client.send("b");
        client.passMillis(10);
        assertEquals(2, client.connections());
        server.hangUp();
        failed(first, Reason.CLOSED, "before it sent a response");
        client.dialed();
        client.dialed();
        client.pass(Duration.ofSeconds(7));
        failed(waiting, Reason.CONNECT, "connectTimeout");
    }

    @Test
    void aServerThatRefusesWhileItServesAConnectionIsTriedAgain() throws Exception {
        open(options -> options);
        FakeConnection shared = client.kept();
        ClientTransaction<String> large = client.sendLarge();
        client.refused();
        await("it waits", () -> client.connections() == 1);
        FakeConnection own = connectedLater();
        answer(own, 1);
        isAnswered(large);
        assertTrue(shared.isOpen());
    }

    @Test
    void aServerThatRefusesAndThenEndsItsLastConnectionHasDied() throws Exception {
        open(options -> options);
        FakeConnection shared = client.kept();
        ClientTransaction<String> large = client.sendLarge();
        client.refused();
        await("it waits", () -> client.connections() == 1);
        shared.hangUp();
        failed(large, Reason.CONNECT, "Connection refused");
    }

    @Test
    void thePausesBetweenAttemptsToReachAServerThatIsAwayGrow() throws Exception {
        open(options -> options.responseTimeout(Duration.ofMinutes(10)));
        client.kept().arrive(DRAIN);
        ClientTransaction<String> waiting = client.send("a");
        long pause = 0;
        for (int i = 0; i < FIRST_PAUSES; i++) {
            long start = client.now();
            await("a connection is opened", () -> {
                client.passMillis(1);
                return client.isDialed();
            });
            long passed = TimeUnit.NANOSECONDS.toMillis(client.now() - start);
            assertTrue(passed >= pause, "after " + passed + " ms at attempt " + i);
            pause = Math.min(200, Math.max(5, 2 * pause));
            client.refused();
        }
        assertEquals(200, pause);
        FakeConnection server = connectedLater();
        sentLater(server, 1).forEach(each -> server.arrive(RawPeer.responses(RawPeer.tx(each), "yes")));
        isAnswered(waiting);
    }

    @Test
    void nothingMoreIsSentOverAConnectionThatDrains() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        ClientTransaction<String> before = client.send("before");
        long tx = one(server);
        server.arrive(DRAIN);
        ClientTransaction<String> after = client.send("after");
        assertTrue(server.isOpen());
        server.arrive(RawPeer.responses(tx, "yes"));
        isAnswered(before);
        assertFalse(server.isOpen(), "nothing is on it any more");
        assertEquals(List.of(), server.takeSent());
        FakeConnection next = connectedLater();
        sentLater(next, 1).forEach(each -> next.arrive(RawPeer.responses(RawPeer.tx(each), "yes")));
        isAnswered(after);
    }

    @Test
    void whatWasNotSentWhenAServerDrainsIsNotLost() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        server.setTaking(false);
        ClientTransaction<String> unsent = client.send("a");
        server.arrive(DRAIN);
        server.arrive(DRAIN);
        assertFalse(server.isOpen());
        FakeConnection next = connectedLater();
        sentLater(next, 1).forEach(each -> next.arrive(RawPeer.responses(RawPeer.tx(each), "yes")));
        isAnswered(unsent);
    }

    @Test
    void aTransactionThatWaitsForAClosingServerIsNotLostWithItsConnection() throws Exception {
        open(options -> options);
        FakeConnection server = client.kept();
        ClientTransaction<String> unknown = client.send("a");
        one(server);
        server.arrive(DRAIN);
        ClientTransaction<String> waiting = client.send("b");
        server.hangUp();
        failed(unknown, Reason.CLOSED, "before it sent a response");
        FakeConnection next = connectedLater();
        sentLater(next, 1).forEach(each -> next.arrive(RawPeer.responses(RawPeer.tx(each), "yes")));
        isAnswered(waiting);
    }

    @Test
    void oneConnectionThatDrainsLeavesTheOthers() throws Exception {
        open(options -> options.poolSize(2));
        client.send(2);
        FakeConnection first = client.connected();
        FakeConnection second = client.connected();
        answer(first, 1);
        answer(second, 1);
        first.arrive(DRAIN);
        ClientTransaction<String> next = client.send("next");
        answer(second, 1);
        isAnswered(next);
        assertFalse(client.isDialed());
    }

    @Test
    void nothingIsSentToAServerThatIsJustBackForAMoment() throws Exception {
        open(options -> options);
        client.kept().arrive(DRAIN);
        ClientTransaction<String> waiting = client.send("a");
        FakeConnection next = connectedLater();
        client.passMillis(19);
        assertEquals(List.of(), next.takeSent());
        assertEquals(0, next.unsentBytes());
        client.passMillis(1);
        answer(next, 1);
        isAnswered(waiting);
    }

    @Test
    void aServerThatIsJustBackAndGoesAgainHasNotGotTheTransaction() throws Exception {
        open(options -> options);
        client.kept().arrive(DRAIN);
        ClientTransaction<String> waiting = client.send("a");
        connectedLater().hangUp();
        FakeConnection next = connectedLater();
        sentLater(next, 1).forEach(each -> next.arrive(RawPeer.responses(RawPeer.tx(each), "yes")));
        isAnswered(waiting);
    }

    @Test
    void aServerThatDoesNotComeBackIsWaitedForAsLongAsATransactionMayTake() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        client.kept().arrive(DRAIN);
        ClientTransaction<String> waiting = client.send("a");
        await("a connection is opened", () -> {
            client.passMillis(1);
            return client.isDialed();
        });
        client.refused();
        client.pass(Duration.ofSeconds(4));
        assertFalse(waiting.response().toCompletableFuture().isDone());
        client.pass(Duration.ofSeconds(2));
        failed(waiting, Reason.CONNECT);
    }

    @Test
    void aSilentServerIsGivenUpAndWhatWasNotSentGoesElsewhere() throws Exception {
        open(options -> options.pingInterval(Duration.ofSeconds(10)).responseTimeout(Duration.ofMinutes(5)));
        FakeConnection server = client.kept();
        ClientTransaction<String> unknown = client.send("sent");
        one(server);
        server.setTaking(false);
        ClientTransaction<String> unsent = client.send("unsent");
        client.pass(Duration.ofSeconds(30));
        assertFalse(server.isOpen());
        failed(unknown, Reason.CLOSED, "pingInterval");
        FakeConnection next = client.connected();
        answer(next, 1);
        isAnswered(unsent);
    }

    @Test
    void aConnectionForLargeTransactionsThatIsNotUsedIsClosed() throws Exception {
        open(options -> options.idleTimeout(Duration.ofSeconds(30)));
        FakeConnection own = client.keptForLarge();
        client.pass(Duration.ofSeconds(29));
        assertTrue(own.isOpen());
        client.pass(Duration.ofSeconds(3));
        assertFalse(own.isOpen());
        client.sendLarge();
        assertEquals(1, client.connections());
    }
}
