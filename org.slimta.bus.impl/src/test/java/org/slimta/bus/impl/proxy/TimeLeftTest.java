package org.slimta.bus.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.transaction.ForwardableBatch;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Requests that are passed on have the time that is left of the received batch. */
@Timeout(30)
class TimeLeftTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());

    @AfterEach
    void close() {
        factory.close();
    }

    private LocalBus<String, String> local(Duration responseTimeout) {
        return factory.newLocal(LocalOptions.builder()
                .responseTimeout(responseTimeout)
                .drainTimeout(Duration.ZERO)
                .build());
    }

    /** Two ends of a bus whose client has the time {@link #LONG}. */
    private record Ends(BusServer<String, String> server, BusClient<String, String> client) {}

    private Ends ends(boolean socket) throws BusException {
        return ends(socket, LONG);
    }

    private Ends ends(boolean socket, Duration responseTimeout) throws BusException {
        if (!socket) {
            LocalBus<String, String> bus = local(responseTimeout);
            return new Ends(bus.server(), bus.client());
        }
        BusServer<String, String> server = factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().drainTimeout(Duration.ZERO).build());
        BusClient<String, String> client = factory.newClient(
                "127.0.0.1",
                server.address().getPort(),
                String.class,
                String.class,
                ClientOptions.builder().responseTimeout(responseTimeout).build());
        return new Ends(server, client);
    }

    /** A batch whose time is set by the test. */
    private static final class AdjustableBatch extends ForwardableBatch<String> {

        private volatile Duration timeLeft;

        AdjustableBatch(Duration timeLeft) {
            this.timeLeft = timeLeft;
        }

        @Override
        public List<String> requests() {
            return List.of("a");
        }

        @Override
        public Headers headers() {
            return Headers.none();
        }

        @Override
        public Peer peer() {
            return RequestBatch.of(requests()).peer();
        }

        @Override
        public Duration timeLeft() {
            return timeLeft;
        }
    }

    private static void assertAtMost(Duration upper, ServerTransaction<?, ?> received) {
        Duration left = received.timeLeft();
        assertTrue(left != null && left.compareTo(upper) <= 0, () -> left + " is more than " + upper);
    }

    private static void assertMoreThan(Duration lower, ServerTransaction<?, ?> received) {
        Duration left = received.timeLeft();
        assertTrue(left != null && left.compareTo(lower) > 0, () -> left + " is not more than " + lower);
    }

    private static void assertNothingReceived(BusServer<String, String> server) {
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, () -> server.recvRequest(Duration.ZERO))
                        .reason());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsHaveTheTimeThatIsLeft(boolean socket) throws Exception {
        Ends to = ends(socket);
        BusClient<String, String> client = new ForwardingClient<>(to.client(), new AdjustableBatch(SHORT));
        ClientTransaction<String> sent = client.sendRequest(List.of("a", "b"));
        ServerTransaction<String, String> received = to.server().recvRequest();
        assertAtMost(SHORT, received);
        received.sendResponse(List.of("c", "d"));
        assertEquals(List.of("c", "d"), sent.recvResponse());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theClientsOwnTimeoutAppliesIfItIsShorter(boolean socket) throws Exception {
        Ends to = ends(socket, SHORT);
        new ForwardingClient<>(to.client(), new AdjustableBatch(Duration.ofDays(4000))).sendRequest(List.of("a"));
        assertAtMost(SHORT, to.server().recvRequest());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutALimitTheClientsOwnTimeoutApplies(boolean socket) throws Exception {
        Ends to = ends(socket);
        new ForwardingClient<>(to.client(), RequestBatch.of(List.of("a"))).sendRequest(List.of("a"));
        ServerTransaction<String, String> received = to.server().recvRequest();
        assertMoreThan(SHORT, received);
        assertAtMost(LONG, received);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenNoTimeIsLeftNothingIsSent(boolean socket) throws Exception {
        Ends to = ends(socket);
        AdjustableBatch batch = new AdjustableBatch(SHORT);
        BusClient<String, String> client = new ForwardingClient<>(to.client(), batch);
        batch.timeLeft = Duration.ZERO;
        BusException failure = failureOf(client.sendRequest(List.of("a")));
        assertEquals(Reason.EXPIRED, failure.reason(), failure.getMessage());
        assertTrue(
                failure.getMessage().endsWith("the time of the forwarded request was used up before it was sent"),
                failure.getMessage());
        assertTrue(failure.getMessage().startsWith("bus " + to.client().name()), failure.getMessage());
        ExecutionException failed = assertThrows(
                ExecutionException.class,
                () -> client.sendRequest(List.of("a"))
                        .response()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS));
        assertEquals(Reason.EXPIRED, ((BusException) failed.getCause()).reason());
        assertNothingReceived(to.server());
    }

    @Test
    void requestsSentLaterByAnotherThreadHaveTheTimeLeftThen() throws Exception {
        Ends to = ends(false);
        AdjustableBatch batch = new AdjustableBatch(LONG);
        BusClient<String, String> client = new ForwardingClient<>(to.client(), batch);
        client.sendRequest(List.of("first"));
        assertMoreThan(SHORT, to.server().recvRequest());
        batch.timeLeft = SHORT;
        CompletableFuture.runAsync(() -> {
                    try {
                        client.sendRequest(List.of("second"));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(10, TimeUnit.SECONDS);
        assertAtMost(SHORT, to.server().recvRequest());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTimeoutSaysThatItIsNotTheClientsOwn(boolean socket) throws Exception {
        Ends to = ends(socket);
        ClientTransaction<String> first = to.client().sendRequest(List.of("first"));
        to.server().recvRequest().sendResponse(List.of("connected"));
        first.recvResponse(); // Connecting may take longer than what is left of the time.
        ClientTransaction<String> sent = new ForwardingClient<>(to.client(), new AdjustableBatch(Duration.ofMillis(50)))
                .sendRequest(List.of("a"));
        BusException failure = failureOf(sent);
        assertEquals(Reason.TIMEOUT, failure.reason(), failure.getMessage());
        assertTrue(
                failure.getMessage()
                        .contains("within 50 ms (remaining responseTimeout of the client whose request was forwarded)"),
                failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProxyPassesOnTheTimeThatIsLeft(boolean socket) throws Exception {
        Ends from = ends(socket, SHORT);
        LocalBus<String, String> to = local(LONG);
        new Thread(factory.newProxy(from.server(), to.client())).start();
        ClientTransaction<String> sent = from.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = to.server().recvRequest();
        assertAtMost(SHORT, received);
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aFilterSeesTheClientAndItsTime() throws Exception {
        Ends from = ends(true, SHORT);
        LocalBus<String, String> to = local(LONG);
        CompletableFuture<RequestBatch<String>> seen = new CompletableFuture<>();
        new Thread(factory.newProxy(from.server(), to.client(), (batch, next) -> {
                    seen.complete(batch);
                    return CompletableFuture.completedFuture(batch.requests());
                }))
                .start();
        assertEquals(List.of("a"), from.client().sendRequest(List.of("a")).recvResponse());
        assertEquals("127.0.0.1", seen.get().peer().address().getAddress().getHostAddress());
        assertTrue(seen.get().timeLeft().compareTo(SHORT) <= 0);
    }

    @Test
    void twoFiltersOfAChainPassOnTheTimeThatIsLeft() throws Exception {
        LocalBus<String, String> from = local(SHORT);
        List<BusFilter<String, String>> filters = List.of(BusFilter.passOn(), BusFilter.passOn());
        BusServer<String, String> end = factory.newChain(
                from.server(),
                filters,
                LocalOptions.builder().responseTimeout(LONG).build());
        ClientTransaction<String> sent = from.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = end.recvRequest();
        assertAtMost(SHORT, received);
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aFilterThatUsesUpTheTimeSendsNothing() throws Exception {
        LocalBus<String, String> from = local(Duration.ofMillis(500));
        LocalBus<String, String> to = local(LONG);
        CompletableFuture<Reason> why = new CompletableFuture<>();
        new Thread(factory.newProxy(from.server(), to.client(), (batch, next) -> {
                    while (!batch.timeLeft().isZero()) {
                        Thread.onSpinWait();
                    }
                    ClientTransaction<String> sent = next.sendRequest(batch.requests());
                    why.complete(failureOf(sent).reason());
                    return new CompletableFuture<>(); // Its client ends by itself.
                }))
                .start();
        assertEquals(
                Reason.TIMEOUT,
                failureOf(from.client().sendRequest(List.of("a"))).reason());
        assertEquals(Reason.EXPIRED, why.get(10, TimeUnit.SECONDS));
        assertNothingReceived(to.server());
    }
}
