package org.slimta.bus.impl.observing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What observers see of transactions, and that nothing but their own transaction suffers from them. */
@Timeout(60)
class ObserverTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final Recorder recorder = new Recorder();
    private final CountDownLatch unblocked = new CountDownLatch(1);

    @AfterEach
    void close() {
        unblocked.countDown();
        factory.close();
    }

    private LocalBus<String, String> local(String name) {
        return factory.newLocal(LocalOptions.builder().name(name).build());
    }

    private BusServer<String, String> server(ServerOptions.Builder options) throws BusException {
        return factory.newServer(
                "127.0.0.1", 0, String.class, String.class, options.name("far").build());
    }

    private BusClient<String, String> client(BusServer<String, String> server, ClientOptions.Builder options) {
        return factory.newClient(
                "127.0.0.1",
                server.address().getPort(),
                String.class,
                String.class,
                options.name("near").build());
    }

    private static CompletableFuture<List<String>> echo(RequestBatch<String> batch) {
        return CompletableFuture.completedFuture(batch.requests());
    }

    /** Blocks the thread until the test is over. */
    private void block() {
        try {
            unblocked.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTransactionIsObservedAtItsClientItsServerAndItsHandler() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, String> client = client(server, ClientOptions.builder())) {
            server.serve(ObserverTest::echo);
            assertEquals(
                    List.of("a", "b"), client.sendRequest(List.of("a", "b")).recvResponse());
            Recorder.One sending = recorder.only(Role.CLIENT);
            Recorder.One receiving = recorder.only(Role.SERVER);
            Recorder.One handling = recorder.only(Role.HANDLER);
            assertNull(sending.end().failure());
            assertNull(receiving.end().failure());
            assertNull(handling.end().failure());
            assertEquals(List.of("sent", "ended"), sending.events());
            assertEquals(List.of("ended"), receiving.events());
            assertEquals(List.of("enter", "leave", "ended"), handling.events());
            assertEquals("near", sending.start().busName());
            assertEquals("client", sending.start().busKind());
            String address = "127.0.0.1:" + server.address().getPort();
            assertEquals(address, sending.start().target());
            assertEquals(address, sending.end().target());
            assertNull(sending.start().peer());
            assertNull(sending.start().parent());
            assertEquals("far", receiving.start().busName());
            assertEquals("server", receiving.start().busKind());
            assertEquals(2, receiving.start().requestCount());
            assertNotNull(receiving.start().peer().address());
            assertNull(receiving.start().parent());
            assertSame(receiving, handling.start().parent());
            assertTrue(Recorder.isPlausible(receiving.start().queued()), receiving::toString);
            assertTrue(Recorder.isPlausible(sending.end().duration()), sending::toString);
            assertTrue(sending.end().duration().compareTo(receiving.end().duration()) >= 0, sending::toString);
        }
    }

    @Test
    void headersOfAnObserverReachTheServer() throws Exception {
        factory.addObserver(recorder);
        LocalBus<String, String> bus = local("bus");
        bus.client().sendRequest(List.of("a"), Headers.of("own", "1"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        assertEquals(Headers.of("own", "1", "observed-by", "recorder"), received.headers());
        assertEquals(Headers.of("own", "1"), recorder.only(Role.CLIENT).start().headers());
        assertEquals(received.headers(), recorder.only(Role.SERVER).start().headers());
    }

    @Test
    void headersOverALimitAreLeftOutNotTheTransaction() throws Exception {
        factory.addObserver(start -> new TransactionObservation() {
            @Override
            public Headers headers(Headers headers) {
                return headers.with("large", "x".repeat(1 << 20));
            }
        });
        try (CapturedLog log = new CapturedLog();
                BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, String> client = client(server, ClientOptions.builder())) {
            ClientTransaction<String> sent = client.sendRequest(List.of("a"), Headers.of("own", "1"));
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(Headers.of("own", "1"), received.headers());
            received.sendResponse(List.of("b"));
            assertEquals(List.of("b"), sent.recvResponse());
            log.await("bus near: requests are sent without the headers that observers have added");
        }
    }

    @Test
    void aFailureIsObservedWithItsReasonAndItsOutcome() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, String> client = client(server, ClientOptions.builder())) {
            server.serve(batch -> {
                throw new IllegalStateException("it broke");
            });
            assertThrows(
                    BusException.class, () -> client.sendRequest(List.of("a")).recvResponse());
            for (Role role : List.of(Role.CLIENT, Role.SERVER, Role.HANDLER)) {
                BusException failure = recorder.only(role).end().failure();
                assertEquals(Reason.HANDLER, failure.reason(), role::toString);
                assertEquals(Outcome.UNKNOWN, failure.outcome(), role::toString);
                assertTrue(failure.getMessage().contains("it broke"), failure::getMessage);
            }
        }
    }

    @Test
    void whatWasNotSentIsObservedAsNotProcessed() throws Exception {
        factory.addObserver(recorder);
        int closedPort;
        try (BusServer<String, String> server = server(ServerOptions.builder())) {
            closedPort = server.address().getPort();
        }
        try (BusClient<String, String> client =
                factory.newClient("127.0.0.1", closedPort, String.class, String.class)) {
            assertThrows(
                    BusException.class, () -> client.sendRequest(List.of("a")).recvResponse());
            Recorder.One sending = recorder.only(Role.CLIENT);
            sending.end();
            assertEquals(List.of("ended CONNECT NOT_PROCESSED"), sending.events());
        }
    }

    @Test
    void aTimeoutIsObservedAtBothEndsOfALocalBus() throws Exception {
        factory.addObserver(recorder);
        LocalBus<String, String> bus = factory.newLocal(
                LocalOptions.builder().responseTimeout(Duration.ofMillis(100)).build());
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        bus.server().recvRequest();
        assertThrows(BusException.class, sent::recvResponse);
        assertEquals(Reason.TIMEOUT, recorder.only(Role.CLIENT).end().failure().reason());
        assertEquals(Reason.TIMEOUT, recorder.only(Role.SERVER).end().failure().reason());
    }

    @Test
    void aClientThatIsClosedIsObservedAtTheServer() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder())) {
            BusClient<String, String> client = client(server, ClientOptions.builder());
            client.sendRequest(List.of("a"));
            server.recvRequest();
            client.close();
            assertEquals(
                    Reason.CLOSED, recorder.only(Role.SERVER).end().failure().reason());
            assertEquals(
                    Reason.CLOSED, recorder.only(Role.CLIENT).end().failure().reason());
        }
    }

    @Test
    void aResponseThatCannotBeReadIsObservedAsAFailure() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, Integer> client = factory.newClient(
                        "127.0.0.1",
                        server.address().getPort(),
                        String.class,
                        Integer.class,
                        ClientOptions.builder()
                                .missingCodecTimeout(Duration.ofMillis(1))
                                .build())) {
            server.serve(ObserverTest::echo);
            assertThrows(
                    BusException.class, () -> client.sendRequest(List.of("a")).recvResponse());
            assertNull(recorder.only(Role.SERVER).end().failure());
            Recorder.One sending = recorder.only(Role.CLIENT);
            sending.end();
            assertEquals(List.of("sent", "ended NO_CODEC PROCESSED"), sending.events());
        }
    }

    @Test
    void aResponseThatNobodyReadsEndsItsTransaction() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, String> client =
                        client(server, ClientOptions.builder().responseTimeout(Duration.ofSeconds(1)))) {
            server.serve(ObserverTest::echo);
            client.sendRequest(List.of("a"));
            Recorder.One sending = recorder.only(Role.CLIENT);
            assertNull(sending.end().failure());
            assertTrue(sending.end().duration().compareTo(Duration.ofSeconds(1)) < 0, sending::toString);
        }
    }

    @Test
    void whatAFilterSendsHasTheFilterAsItsParentOnAnyThread() throws Exception {
        factory.addObserver(recorder);
        LocalBus<String, String> front = local("front");
        LocalBus<String, String> back = local("back");
        back.server().serve(ObserverTest::echo);
        BusFilter<String, String> later = (batch, to) -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return to.sendRequest(batch.requests());
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .thenCompose(ClientTransaction::response);
        ClientTransaction<String> sent = front.client().sendRequest(List.of("a"));
        factory.newProxy(front.server(), back.client(), later).accept();
        assertEquals(List.of("a"), sent.recvResponse());
        Recorder.One filtering = recorder.only(Role.FILTER);
        assertNull(filtering.end().failure());
        assertSame(recorder.all(Role.SERVER).get(0), filtering.start().parent());
        assertEquals("proxy", filtering.start().busKind());
        assertEquals("front", filtering.start().busName());
        assertEquals(later.getClass().getName(), filtering.start().target());
        Recorder.One passing = recorder.all(Role.CLIENT).get(1);
        assertEquals("back", passing.start().busName());
        assertSame(filtering, passing.start().parent());
    }

    @Test
    void whatAHandlerSendsOnItsThreadHasTheHandlerAsItsParent() throws Exception {
        factory.addObserver(recorder);
        LocalBus<String, String> front = local("front");
        LocalBus<String, String> back = local("back");
        back.server().serve(ObserverTest::echo);
        front.server()
                .serve(batch -> back.client().sendRequest(batch.requests()).response());
        front.client().sendRequest(List.of("a")).recvResponse();
        Recorder.One inner = recorder.all(Role.CLIENT).get(1);
        assertSame(recorder.all(Role.HANDLER).get(0), inner.start().parent());
        front.client().sendRequest(List.of("b")).recvResponse();
        assertNull(recorder.all(Role.CLIENT).get(2).start().parent());
    }

    @Test
    void anObserverThatThrowsHarmsNothing() throws Exception {
        AtomicInteger thrown = new AtomicInteger();
        for (String method : List.of("started", "headers", "enter", "close", "sent", "ended")) {
            factory.addObserver(start -> {
                fail("started", method, thrown);
                return new TransactionObservation() {
                    @Override
                    public Headers headers(Headers headers) {
                        fail("headers", method, thrown);
                        return headers;
                    }

                    @Override
                    public Scope enter() {
                        fail("enter", method, thrown);
                        return () -> fail("close", method, thrown);
                    }

                    @Override
                    public void sent() {
                        fail("sent", method, thrown);
                    }

                    @Override
                    public void ended(TransactionEnd end) {
                        fail("ended", method, thrown);
                    }
                };
            });
        }
        factory.addObserver(recorder);
        try (CapturedLog log = new CapturedLog()) {
            LocalBus<String, String> bus = local("bus");
            bus.server().serve(ObserverTest::echo);
            assertEquals(List.of("a"), bus.client().sendRequest(List.of("a")).recvResponse());
            // At the client, the server and the handler: started and ended. Once each: headers, enter, close, sent.
            Await.until("each has thrown", () -> thrown.get() == 3 + 3 + 4);
            assertNull(recorder.only(Role.CLIENT).end().failure());
            assertNull(recorder.only(Role.HANDLER).end().failure());
            log.await("failed in headers() and gets no more events of that transaction");
        }
    }

    private static void fail(String called, String wanted, AtomicInteger thrown) {
        if (called.equals(wanted)) {
            thrown.incrementAndGet();
            throw new AssertionError("as the test wants in " + wanted);
        }
    }

    @Test
    void anObserverThatHasThrownGetsNoMoreOfThatTransactionButOfOthers() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        factory.addObserver(start -> new TransactionObservation() {
            @Override
            public void sent() {
                if (start.headers().get("bad") != null) {
                    throw new IllegalStateException("as the test wants");
                }
            }

            @Override
            public void ended(TransactionEnd end) {
                ended.addAndGet(start.headers().get("bad") != null ? 1000 : 1);
            }
        });
        LocalBus<String, String> bus = local("bus");
        for (Headers headers : List.of(Headers.of("bad", "1"), Headers.none())) {
            ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"), headers);
            bus.server().recvRequest().sendResponse(List.of("b"));
            sent.recvResponse();
        }
        // The client and the server of the second one, and the server of the first, which is another observation.
        Await.until("the others have ended", () -> ended.get() == 1002);
    }

    @Test
    void anObserverThatBlocksHoldsUpNeitherTransactionsNorOtherObservers() throws Exception {
        factory.addObserver(start -> new TransactionObservation() {
            @Override
            public void ended(TransactionEnd end) {
                block();
            }
        });
        factory.addObserver(recorder);
        try (CapturedLog log = new CapturedLog()) {
            LocalBus<String, String> bus = local("bus");
            bus.server().serve(ObserverTest::echo);
            int count = EventQueue.MAX_WAITING / 3; // More events than that wait.
            for (int i = 0; i < count; i++) {
                assertEquals(
                        List.of("a"), bus.client().sendRequest(List.of("a")).recvResponse());
            }
            log.await(
                    "is too slow: at most " + EventQueue.MAX_WAITING + " events may wait for it, so some are dropped");
            List<Recorder.One> sending = recorder.all(Role.CLIENT);
            assertEquals(count, sending.size());
            assertNull(sending.get(count - 1).end().failure());
            assertEquals(List.of("sent", "ended"), sending.get(count - 1).events());
        }
    }

    @Test
    void anObserverThatBlocksInStartedHoldsUpOnlyItsOwnTransaction() throws Exception {
        factory.addObserver(start -> {
            if (start.headers().get("slow") != null && start.role() == Role.CLIENT) {
                block();
            }
            return null;
        });
        LocalBus<String, String> bus = local("bus");
        bus.server().serve(ObserverTest::echo);
        CompletableFuture<List<String>> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return bus.client()
                        .sendRequest(List.of("slow"), Headers.of("slow", "1"))
                        .recvResponse();
            } catch (BusException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(
                List.of("quick"), bus.client().sendRequest(List.of("quick")).recvResponse());
        assertFalse(slow.isDone());
        unblocked.countDown();
        assertEquals(List.of("slow"), slow.get(20, TimeUnit.SECONDS));
    }

    @Test
    void whatIsNotInterestingIsNotObserved() throws Exception {
        factory.addObserver(start -> start.role() == Role.HANDLER ? recorder.started(start) : null);
        LocalBus<String, String> bus = local("bus");
        bus.server().serve(ObserverTest::echo);
        bus.client().sendRequest(List.of("a")).recvResponse();
        assertNull(recorder.only(Role.HANDLER).end().failure());
        assertEquals(1, recorder.all().size());
        assertNull(recorder.only(Role.HANDLER).start().parent());
    }

    @Test
    void aRemovedObserverGetsTheEndOfWhatItObserves() throws Exception {
        Runnable remove = factory.addObserver(recorder);
        LocalBus<String, String> bus = local("bus");
        ClientTransaction<String> first = bus.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        remove.run();
        ClientTransaction<String> second = bus.client().sendRequest(List.of("b"));
        received.sendResponse(List.of("a"));
        bus.server().recvRequest().sendResponse(List.of("b"));
        first.recvResponse();
        second.recvResponse();
        assertNull(recorder.only(Role.CLIENT).end().failure());
        assertEquals(1, recorder.all(Role.SERVER).size());
    }

    @Test
    void eachOfManyTransactionsIsObservedOnceAndInOrder() throws Exception {
        factory.addObserver(recorder);
        try (BusServer<String, String> server = server(ServerOptions.builder());
                BusClient<String, String> client = client(server, ClientOptions.builder())) {
            server.serve(ObserverTest::echo);
            int count = 500;
            List<ClientTransaction<String>> sent = IntStream.range(0, count)
                    .mapToObj(i -> {
                        try {
                            return client.sendRequest(List.of("r" + i));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
            for (ClientTransaction<String> one : sent) {
                one.recvResponse();
            }
            recorder.all().forEach(Recorder.One::end);
            assertEquals(
                    List.of(List.of("sent", "ended"), List.of("ended"), List.of("enter", "leave", "ended")),
                    List.of(
                            eventsOfAll(Role.CLIENT, count),
                            eventsOfAll(Role.SERVER, count),
                            eventsOfAll(Role.HANDLER, count)));
        }
    }

    /** Returns the events that all of them have had. */
    private List<String> eventsOfAll(Role role, int count) {
        List<Recorder.One> all = recorder.all(role);
        assertEquals(count, all.size(), role::toString);
        List<List<String>> different =
                all.stream().map(Recorder.One::events).distinct().collect(Collectors.toList());
        assertEquals(1, different.size(), different::toString);
        return different.get(0);
    }
}
