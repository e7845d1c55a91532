package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.socket.ClientOverFakes.answer;
import static org.slimta.bus.impl.socket.ClientOverFakes.areAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.await;
import static org.slimta.bus.impl.socket.ClientOverFakes.failed;
import static org.slimta.bus.impl.socket.ClientOverFakes.isAnswered;
import static org.slimta.bus.impl.socket.ClientOverFakes.one;
import static org.slimta.bus.impl.socket.ClientOverFakes.sent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientOptions.Balance;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** Which of several servers a transaction goes to, and what happens when one of them is not there. */
@Timeout(60)
class LoadBalancerTest {

    private static final String A = "10.0.1.1:4025";
    private static final String B = "10.0.1.2:4025";
    private static final String C = "10.0.1.3:4025";
    private static final String DRAIN = "<control drain=\"true\"/>";

    private ClientOverFakes client;

    private void open(UnaryOperator<ClientOptions.Builder> change, String... hosts) {
        client = new ClientOverFakes(List.of(hosts), change);
    }

    private void open(String... hosts) {
        open(options -> options, hosts);
    }

    private void openInOrder(String... hosts) {
        open(options -> options.balance(Balance.ORDER), hosts);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static String serverOf(FakeConnection connection) {
        return connection.peer().getAddress().getHostAddress() + ":"
                + connection.peer().getPort();
    }

    /** Connects to as many servers, which keep their connections. Each gets one transaction, which it answers. */
    private Map<String, FakeConnection> keep(int count) throws Exception {
        List<ClientTransaction<String>> first = client.send(count);
        Map<String, FakeConnection> servers = new HashMap<>();
        for (int i = 0; i < count; i++) {
            FakeConnection server = client.connected();
            answer(server, 1);
            servers.put(serverOf(server), server);
        }
        areAnswered(first);
        assertEquals(count, servers.size(), "each transaction goes to the server with the fewest in flight");
        return servers;
    }

    @Test
    void theServerWithTheFewestInFlightGetsTheNext() throws Exception {
        open(A, B, C);
        Map<String, FakeConnection> servers = keep(3);
        List<ClientTransaction<String>> all = client.send(9);
        for (FakeConnection server : servers.values()) {
            answer(server, 3);
        }
        areAnswered(all);
        await("nothing is in flight", () -> client.targets()[0].inFlight == 0);
    }

    @Test
    void aSlowServerDoesNotGetMoreThanTheOthers() throws Exception {
        open(A, B);
        Map<String, FakeConnection> servers = keep(2);
        client.send(2);
        sent(servers.get(A), 1); // It does not answer.
        for (int i = 0; i < 20; i++) {
            answer(servers.get(B), 1);
            client.send(1);
        }
        answer(servers.get(B), 1);
        assertTrue(servers.get(A).takeSent().size() <= 1, "what is answered leaves room at the fast one");
    }

    @Test
    void inOrderTheFirstGetsAll() throws Exception {
        openInOrder(B, A);
        List<ClientTransaction<String>> all = client.send(3);
        FakeConnection first = client.connected();
        assertEquals(B, serverOf(first));
        answer(first, 1);
        answer(first, 2);
        areAnswered(all);
        assertFalse(client.isDialed());
    }

    @Test
    void aServerThatRefusesIsReplacedByTheNext() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> transaction = client.send("text");
        assertEquals(A, serverOf(client.refused()));
        FakeConnection second = client.connected();
        assertEquals(B, serverOf(second));
        answer(second, 1);
        isAnswered(transaction);
        assertEquals(List.of("resting", "ready"), client.states());
        assertTrue(client.targets()[0].lastFailure.contains("Connection refused"));
    }

    @Test
    void whatWaitsForAServerThatRefusesGoesToTheNextWithoutTryingItAgain() throws Exception {
        openInOrder(A, B);
        List<ClientTransaction<String>> all = client.send(20);
        client.refused();
        FakeConnection second = client.connected();
        answer(second, 1);
        answer(second, 19);
        areAnswered(all);
        assertFalse(client.isDialed(), "20 transactions need one attempt to see that a server is not there");
    }

    @Test
    void aServerThatRestsGetsOneProbeAndIsUsedAgainWhenItIsBack() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> first = client.send("first");
        client.refused();
        FakeConnection second = client.connected();
        answer(second, 1);
        isAnswered(first);
        List<ClientTransaction<String>> during = client.send(3);
        answer(second, 3);
        areAnswered(during);
        assertFalse(client.isDialed(), "it rests");

        client.passMillis(100);
        List<ClientTransaction<String>> probes = client.send(3);
        FakeTransport.Dialed probe = client.dialed();
        assertEquals(A, serverOf(probe.connection()));
        answer(second, 2);
        FakeConnection back = probe.connect();
        answer(back, 1);
        areAnswered(probes);
        assertEquals(List.of("ready", "ready"), client.states());
        assertNull(client.targets()[0].lastFailure);
        ClientTransaction<String> after = client.send("after");
        answer(back, 1);
        isAnswered(after);
    }

    @Test
    void aProbeThatFailsIsNotLost() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> first = client.send("first");
        client.refused();
        FakeConnection second = client.connected();
        answer(second, 1);
        isAnswered(first);
        client.passMillis(100);
        ClientTransaction<String> probe = client.send("probe");
        client.refused();
        answer(second, 1);
        isAnswered(probe);
        client.passMillis(199);
        ClientTransaction<String> next = client.send("next");
        answer(second, 1);
        isAnswered(next);
        assertFalse(client.isDialed(), "the second rest is twice as long");
    }

    @Test
    void onlyWhenAllRefuseATransactionFails() throws Exception {
        open(A, B, C);
        ClientTransaction<String> transaction = client.send("text");
        Set<String> tried = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            tried.add(serverOf(client.refused()));
        }
        assertEquals(Set.of(A, B, C), tried);
        failed(transaction, Reason.CONNECT, "any of its 3 servers", A + ": ", B + ": ", C + ": ", "Connection refused");
        assertFalse(client.isDialed());
    }

    @Test
    void whileAllRefuseEachTransactionTriesThem() throws Exception {
        open(A, B);
        for (int round = 0; round < 3; round++) {
            ClientTransaction<String> transaction = client.send("text");
            client.refused();
            client.refused();
            failed(transaction, Reason.CONNECT, A, B);
        }
        ClientTransaction<String> transaction = client.send("text");
        answer(client.connected(), 1);
        isAnswered(transaction);
    }

    private void theSecondAnswersAllAfterAQuarterOfTheTimeout(List<ClientTransaction<String>> three) throws Exception {
        client.pass(Duration.ofMillis(2500)); // A quarter of connectTimeout.
        FakeConnection second = client.connected();
        assertEquals(B, serverOf(second));
        answer(second, 1);
        answer(second, 2);
        areAnswered(three);
        assertEquals("resting", client.states().get(0));
    }

    @Test
    void aServerThatSwallowsPacketsIsReplacedLongBeforeTheTimeout() throws Exception {
        openInOrder(A, B);
        List<ClientTransaction<String>> all = client.send(3);
        FakeTransport.Dialed silent = client.dialed();
        assertEquals(A, serverOf(silent.connection()));
        theSecondAnswersAllAfterAQuarterOfTheTimeout(all);
    }

    @Test
    void aProbeDoesNotWaitForAConnectionThatHasBeenSlowBefore() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> first = client.send("first");
        client.dialed(); // This goes on, without its transaction.
        client.pass(Duration.ofMillis(2500));
        FakeConnection second = client.connected();
        answer(second, 1);
        isAnswered(first);
        ClientTransaction<String> probe = client.send("probe");
        await("it is a probe", () -> client.states().get(0).equals("probing"));
        client.pass(Duration.ofMillis(1250));
        answer(second, 1);
        isAnswered(probe);
    }

    @Test
    void aNameServiceThatDoesNotAnswerHoldsUpNoOtherServer() throws Exception {
        openInOrder("relay.example:4025", B);
        client.hangLookups();
        List<ClientTransaction<String>> all = client.send(3);
        theSecondAnswersAllAfterAQuarterOfTheTimeout(all);
    }

    @Test
    void oneThatOpensAtLastIsUsedAgain() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> transaction = client.send("text");
        FakeTransport.Dialed slow = client.dialed();
        client.pass(Duration.ofMillis(2500));
        answer(client.connected(), 1);
        isAnswered(transaction);
        slow.connect();
        await("it is ready", () -> client.states().get(0).equals("ready"));
    }

    @Test
    void whatWaitsForAServerThatClosesGoesToAnotherAtOnce() throws Exception {
        openInOrder(A, B);
        ClientTransaction<String> first = client.send("first");
        FakeConnection closing = client.connected();
        answer(closing, 1);
        isAnswered(first);
        List<ClientTransaction<String>> unread = client.send(3);
        sent(closing, 3);
        closing.arrive(DRAIN);
        ClientTransaction<String> next = client.send("next");
        FakeConnection second = client.connected();
        assertEquals(B, serverOf(second));
        answer(second, 1);
        isAnswered(next);
        closing.arrive(DRAIN);
        answer(second, 3);
        areAnswered(unread);
        assertEquals("closing", client.states().get(0));
    }

    @Test
    void whileAllAreClosingTransactionsWaitForTheFirstThatIsBack() throws Exception {
        open(A, B);
        Map<String, FakeConnection> servers = keep(2);
        servers.values().forEach(server -> {
            server.arrive(DRAIN);
            server.arrive(DRAIN);
        });
        await("both are closing", () -> client.states().equals(List.of("closing", "closing")));
        List<ClientTransaction<String>> waiting = client.send(4);
        FakeConnection back = null;
        for (int i = 0; back == null; i++) {
            while (back == null && client.isDialed()) {
                FakeTransport.Dialed next = client.dialed();
                if (i > 8 && serverOf(next.connection()).equals(B)) {
                    back = next.connect();
                } else {
                    ClientOverFakes.refuse(next);
                }
            }
            client.passMillis(100);
            assertTrue(i < 600, "B is tried again: " + client.states());
        }
        client.passMillis(20); // It may close again: the first request waits for that.
        answer(back, 1);
        client.pass(Duration.ofMillis(2500)); // One of them may be the probe of A, which does not answer.
        answer(back, 3);
        areAnswered(waiting);
    }

    @Test
    void aNameWithTwoAddressesIsTwoServers() throws Exception {
        open("relay.example:4025");
        ClientTransaction<String> first = client.send("first");
        answer(client.connected(), 1);
        isAnswered(first);
        await("the name is known", () -> client.targets().length >= 2);
        List<String> names = new ArrayList<>();
        for (var target : client.targets()) {
            if (!target.state.equals("leaving")) {
                names.add(target.address);
            }
        }
        assertEquals(List.of("relay.example:4025 (10.0.0.1)", "relay.example:4025 (10.0.0.2)"), names);
        client.send(2);
        for (var target : client.targets()) {
            assertEquals(target.state.equals("leaving") ? 0 : 1, target.inFlight, target.address);
        }
    }

    @Test
    void addressesAreLookedUpAgain() throws Exception {
        open("relay.example:4025");
        client.send("first");
        answer(client.connected(), 1);
        await("the name is known", () -> client.targets().length >= 2);
        client.setAddresses(2, 3);
        client.pass(Duration.ofSeconds(30));
        client.send(2);
        await("the third address is known", () -> {
            for (var target : client.targets()) {
                if (target.address.contains("10.0.0.3")) {
                    return true;
                }
            }
            return false;
        });
    }

    @Test
    void aHostThatIsRemovedGetsNothingMoreAndMayAnswerWhatItHas() throws Exception {
        open(A, B);
        Map<String, FakeConnection> servers = keep(2);
        List<ClientTransaction<String>> all = client.send(2);
        sent(servers.get(B), 1);
        long tx = one(servers.get(A));
        client.setHosts(B);
        List<ClientTransaction<String>> more = client.send(3);
        assertEquals(List.of(), servers.get(A).takeSent());
        answer(servers.get(B), 3);
        areAnswered(more);
        servers.get(A).arrive(RawPeer.responses(tx, "yes"));
        await(
                "one is answered",
                () -> all.stream()
                        .anyMatch(each -> each.response().toCompletableFuture().isDone()));
        await("its connection ends", () -> !servers.get(A).isOpen());
        client.pass(Duration.ofSeconds(30));
        assertEquals(List.of("ready"), client.states(), "a server that has left is not kept");
    }

    @Test
    void whatWaitsForAHostThatIsRemovedGoesToTheOthers() throws Exception {
        openInOrder(A);
        ClientTransaction<String> transaction = client.send("text");
        client.dialed();
        client.send("waiting");
        client.setHosts(B);
        FakeConnection other = client.connected();
        assertEquals(B, serverOf(other));
        answer(other, 1);
        assertFalse(transaction.response().toCompletableFuture().isDone(), "it waits for the connection of its own");
    }
}
