package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** The seven contracts that hold for every kind of bus. Each kind is a subclass. */
@Timeout(60)
abstract class BusContract {

    private static final Duration SHORT = Duration.ofMillis(200);

    private StandaloneBusFactory factory;
    private ExecutorService threads;
    private BusUnderTest bus;

    abstract BusUnderTest open(StandaloneBusFactory opener, Settings settings, ExecutorService runner)
            throws Exception;

    @BeforeEach
    void openPatientBus() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec());
        threads = Executors.newCachedThreadPool();
        bus = open(factory, Settings.PATIENT, threads);
    }

    private void reopen(Settings settings) throws Exception {
        bus = open(factory, settings, threads);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        bus.client().close();
        factory.close();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS), "every wait ends when the bus is closed");
    }

    private ServerTransaction<String, String> send(String... requests) throws Exception {
        bus.client().sendRequest(List.of(requests));
        return bus.server().recvRequest();
    }

    private static BusException failureOf(ClientTransaction<String> transaction) {
        return assertThrows(BusException.class, transaction::recvResponse);
    }

    private static <T> BusException failureOf(Future<T> future) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
        return assertInstanceOf(BusException.class, e.getCause());
    }

    private void echo(BusServer<String, String> server) {
        threads.execute(() -> {
            while (true) {
                try {
                    ServerTransaction<String, String> transaction = server.recvRequest();
                    transaction.sendResponse(
                            transaction.requests().stream().map("re: "::concat).toList());
                } catch (BusException e) {
                    if (e.reason() == Reason.CLOSED && e.getMessage().endsWith("the bus is closed")) {
                        return;
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    // 1. One response for each request, in order; a wrong number is refused to the one who sends it.

    @Test
    void oneResponseForEachRequestInOrder() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a", "b", "c"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        assertEquals(List.of("a", "b", "c"), received.requests());
        received.sendResponse(List.of("1", "2", "3"));
        assertEquals(List.of("1", "2", "3"), sent.recvResponse());
    }

    @Test
    void noRequestsGetNoResponses() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of());
        ServerTransaction<String, String> received = bus.server().recvRequest();
        assertEquals(List.of(), received.requests());
        received.sendResponse(List.of());
        assertEquals(List.of(), sent.recvResponse());
    }

    @Test
    void aWrongNumberOfResponsesIsRefusedAndTheTransactionStaysOpen() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a", "b"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        for (List<String> wrong : List.of(List.<String>of(), List.of("1"), List.of("1", "2", "3"))) {
            BusException refused = assertThrows(BusException.class, () -> received.sendResponse(wrong));
            assertEquals(Reason.MISMATCH, refused.reason());
        }
        received.sendResponse(List.of("1", "2"));
        assertEquals(List.of("1", "2"), sent.recvResponse());
    }

    // 2. A transaction is answered once.

    @Test
    void aSecondAnswerIsAnIllegalState() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        received.sendResponse(List.of("1"));
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("2")));
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("2", "3")));
        assertThrows(IllegalStateException.class, () -> received.fail("too late"));
        assertEquals(List.of("1"), sent.recvResponse());
    }

    @Test
    void anAnswerAfterAFailureIsAnIllegalState() throws Exception {
        ServerTransaction<String, String> received = send("a");
        received.fail("no");
        assertThrows(IllegalStateException.class, () -> received.sendResponse(List.of("1")));
        assertThrows(IllegalStateException.class, () -> received.fail("no"));
    }

    @Test
    void ofManyWhoAnswerAtOnceOneDoes() throws Exception {
        for (int round = 0; round < 50; round++) {
            ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
            ServerTransaction<String, String> received = bus.server().recvRequest();
            CountDownLatch start = new CountDownLatch(1);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String answer = "answer " + i;
                answers.add(threads.submit(() -> {
                    start.await();
                    try {
                        received.sendResponse(List.of(answer));
                        return answer;
                    } catch (IllegalStateException e) {
                        return null;
                    }
                }));
            }
            start.countDown();
            List<String> accepted = new ArrayList<>();
            for (Future<String> answer : answers) {
                if (answer.get(20, TimeUnit.SECONDS) != null) {
                    accepted.add(answer.get());
                }
            }
            assertEquals(accepted, sent.recvResponse());
        }
    }

    @Test
    void responsesMayBeReceivedAgain() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        bus.server().recvRequest().sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(List.of("1"), sent.recvResponse());
        assertEquals(List.of("1"), sent.response().toCompletableFuture().get(20, TimeUnit.SECONDS));
    }

    @Test
    void aFailureMayBeReceivedAgain() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        bus.server().recvRequest().fail("no");
        Reason reason = failureOf(sent).reason();
        assertEquals(reason, failureOf(sent).reason());
        assertEquals(reason, failureOf(sent.response().toCompletableFuture()).reason());
    }

    @Test
    void theStageCompletesWithoutAnybodyWaiting() throws Exception {
        CompletableFuture<List<String>> answered = new CompletableFuture<>();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        bus.client().sendRequest(List.of("a")).response().thenAccept(answered::complete);
        bus.server().recvRequest().sendResponse(List.of("1"));
        assertEquals(List.of("1"), answered.get(20, TimeUnit.SECONDS));
        bus.client().sendRequest(List.of("b")).response().whenComplete((none, failure) -> failed.complete(failure));
        bus.server().recvRequest().fail("no");
        assertInstanceOf(BusException.class, failed.get(20, TimeUnit.SECONDS), "the failure itself, not wrapped");
    }

    @Test
    void aThreadThatIsInterruptedMayAnswer() throws Exception {
        CompletableFuture<List<String>> stage =
                bus.client().sendRequest(List.of("a")).response().toCompletableFuture();
        ServerTransaction<String, String> received = bus.server().recvRequest();
        Thread.currentThread().interrupt();
        try {
            received.sendResponse(List.of("1"));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of("1"), stage.get(20, TimeUnit.SECONDS));
    }

    // 3. A bad peer costs only its own transaction.

    @Test
    void aClientThatGaveUpCostsOnlyItsOwnTransaction() throws Exception {
        reopen(Settings.PATIENT.withResponseTimeout(SHORT));
        ClientTransaction<String> givenUp = bus.client().sendRequest(List.of("given up"));
        assertEquals(Reason.TIMEOUT, failureOf(givenUp).reason());
        CompletableFuture<List<String>> answered = new CompletableFuture<>();
        threads.execute(() -> {
            while (!answered.isDone()) {
                try {
                    answered.complete(bus.client().sendRequest(List.of("good")).recvResponse());
                } catch (BusException e) {
                    // The server may still be held up by the first one.
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        echo(bus.server());
        assertEquals(List.of("re: good"), answered.get(20, TimeUnit.SECONDS));
    }

    // 4. Every wait is finite by default, interruptible, and ends at once when the bus is closed.

    @Test
    void receivingEndsAfterTheTimeout() throws Exception {
        reopen(Settings.PATIENT.withReceiveTimeout(SHORT));
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, bus.server()::recvRequest).reason());
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, () -> bus.server().recvRequest(Duration.ZERO))
                        .reason());
    }

    @Test
    void waitingForAResponseEndsAfterTheTimeout() throws Exception {
        reopen(Settings.PATIENT.withResponseTimeout(SHORT));
        assertEquals(
                Reason.TIMEOUT,
                failureOf(bus.client().sendRequest(List.of("a"))).reason());
        assertEquals(
                Reason.TIMEOUT,
                failureOf(bus.client().sendRequest(List.of("a")).response().toCompletableFuture())
                        .reason());
    }

    @Test
    void waitsAreInterruptible() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        assertInterruptible(sent::recvResponse);
        assertInterruptible(bus.server()::recvRequest);
        received.sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse(), "an interrupt does not end the transaction");
    }

    private void assertInterruptible(Callable<?> wait) throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                wait.call();
                ended.complete(null);
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        waiting.start();
        awaitParked(waiting);
        waiting.interrupt();
        assertInstanceOf(InterruptedException.class, ended.get(20, TimeUnit.SECONDS));
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(thread.isAlive());
            Thread.onSpinWait();
        }
    }

    @Test
    void closingTheServerEndsReceiving() throws Exception {
        List<CompletableFuture<Throwable>> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            ends.add(end);
            Thread waiting = new Thread(() -> end.complete(catchAll(bus.server()::recvRequest)));
            waiting.start();
            awaitParked(waiting);
        }
        bus.server().close();
        for (CompletableFuture<Throwable> end : ends) {
            BusException failure = assertInstanceOf(BusException.class, end.get(10, TimeUnit.SECONDS));
            assertEquals(Reason.CLOSED, failure.reason());
        }
    }

    private static Throwable catchAll(Callable<?> call) {
        try {
            call.call();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @Test
    void closingTheClientEndsWaitingForAResponse() throws Exception {
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        CompletableFuture<List<String>> stage = sent.response().toCompletableFuture();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread waiting = new Thread(() -> end.complete(catchAll(sent::recvResponse)));
        waiting.start();
        awaitParked(waiting);
        bus.client().close();
        assertEquals(
                Reason.CLOSED,
                assertInstanceOf(BusException.class, end.get(10, TimeUnit.SECONDS))
                        .reason());
        assertEquals(Reason.CLOSED, failureOf(stage).reason());
        assertEquals(
                Reason.CLOSED,
                failureOf(bus.client().sendRequest(List.of("b"))).reason());
    }

    @Test
    void aTransactionThatNobodyWaitsForEnds() throws Exception {
        reopen(Settings.PATIENT.withResponseTimeout(SHORT));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        bus.client().sendRequest(List.of("a")).response().whenComplete((none, failure) -> ended.complete(failure));
        BusException failure = assertInstanceOf(BusException.class, ended.get(20, TimeUnit.SECONDS));
        assertEquals(Reason.TIMEOUT, failure.reason());
    }

    @Test
    void theBusMayBeClosedByWhatIsAttachedToAResponse() throws Exception {
        reopen(Settings.PATIENT.withDrainTimeout(Duration.ofSeconds(50)));
        CompletableFuture<Void> closed = bus.client()
                .sendRequest(List.of("a"))
                .response()
                .thenRun(bus.client()::close)
                .thenRun(bus.server()::close)
                .toCompletableFuture();
        bus.server().recvRequest().sendResponse(List.of("1"));
        closed.get(20, TimeUnit.SECONDS);
    }

    // 5. A failure has one reason, and says where.

    @Test
    void aFailureReachesTheClient() throws Exception {
        for (Reason reason : EnumSet.allOf(Reason.class)) {
            ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
            bus.server().recvRequest().fail(reason, "this is why");
            BusException failure = failureOf(sent);
            assertEquals(bus.seenByClient(reason), failure.reason());
            assertTrue(failure.getMessage().contains("bus "), failure.getMessage());
            assertTrue(failure.getMessage().contains("peer "), failure.getMessage());
            if (bus.tellsReasons()) {
                assertTrue(failure.getMessage().contains("this is why"), failure.getMessage());
            }
        }
    }

    @Test
    void aTimeoutNamesBusPeerAndLimit() throws Exception {
        reopen(Settings.PATIENT.withResponseTimeout(SHORT));
        String message = failureOf(bus.client().sendRequest(List.of("a"))).getMessage();
        assertAll(
                () -> assertTrue(message.contains("bus "), message),
                () -> assertTrue(message.contains("peer "), message),
                () -> assertTrue(message.contains("200 ms (responseTimeout)"), message));
    }

    // 6. Closing a server lets be answered what it has taken, and drops nothing in silence.

    @Test
    void closingTheServerLetsTakenTransactionsBeAnswered() throws Exception {
        reopen(Settings.PATIENT.withDrainTimeout(Duration.ofSeconds(20)));
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        Thread closing = new Thread(bus.server()::close);
        closing.start();
        awaitParked(closing);
        received.sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
        closing.join(10_000);
        assertFalse(closing.isAlive(), "closing ends when all is answered");
    }

    @Test
    void whatIsNotAnsweredInTimeFailsAtTheClient() throws Exception {
        reopen(Settings.PATIENT.withDrainTimeout(SHORT));
        ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus.server().recvRequest();
        bus.server().close();
        assertEquals(Reason.CLOSED, failureOf(sent).reason());
        BusException late = assertThrows(BusException.class, () -> received.sendResponse(List.of("1")));
        assertEquals(Reason.CLOSED, late.reason());
    }

    @Test
    void aClosedServerTakesNoMore() throws Exception {
        bus.server().close();
        bus.server().close();
        Reason reason = failureOf(bus.client().sendRequest(List.of("a"))).reason();
        assertTrue(EnumSet.of(Reason.CLOSED, Reason.CONNECT).contains(reason), reason.name());
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, bus.server()::recvRequest).reason());
    }

    @Test
    void closedUnderLoadEveryTransactionEndsInItsResponseOrInAFailure() throws Exception {
        reopen(Settings.PATIENT.withDrainTimeout(Duration.ofSeconds(20)).withResponseTimeout(Duration.ofSeconds(3)));
        echo(bus.server());
        echo(bus.server());
        AtomicInteger answered = new AtomicInteger();
        CountDownLatch flowing = new CountDownLatch(100);
        List<Future<?>> senders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String sender = "sender " + t + " ";
            senders.add(threads.submit(() -> {
                for (int i = 0; ; i++) {
                    try {
                        List<String> responses =
                                bus.client().sendRequest(List.of(sender + i)).recvResponse();
                        assertEquals(List.of("re: " + sender + i), responses);
                        answered.incrementAndGet();
                        flowing.countDown();
                    } catch (BusException e) {
                        // Some wait for the server to come back, as long as they may.
                        assertTrue(
                                EnumSet.of(Reason.CLOSED, Reason.CONNECT, Reason.TIMEOUT).contains(e.reason()),
                                e.toString());
                        return null;
                    }
                }
            }));
        }
        assertTrue(flowing.await(20, TimeUnit.SECONDS));
        bus.server().close();
        for (Future<?> sender : senders) {
            sender.get(20, TimeUnit.SECONDS);
        }
        assertTrue(answered.get() >= 100);
    }

    // 7. Everything may be used from any thread.

    @Test
    void anyThreadMaySendReceiveAndAnswer() throws Exception {
        int senders = 8;
        int each = 100;
        Map<String, Integer> received = new ConcurrentHashMap<>();
        for (int i = 0; i < 3; i++) {
            threads.submit(() -> {
                while (true) {
                    ServerTransaction<String, String> transaction = bus.server().recvRequest();
                    transaction.requests().forEach(request -> received.merge(request, 1, Integer::sum));
                    threads.submit(() -> {
                        transaction.sendResponse(
                                transaction.requests().stream().map("re: "::concat).toList());
                        return null;
                    });
                }
            });
        }
        List<Future<?>> done = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            String sender = "sender " + s + " request ";
            done.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    ClientTransaction<String> sent = bus.client().sendRequest(List.of(sender + i));
                    assertEquals(
                            List.of("re: " + sender + i),
                            threads.submit(sent::recvResponse).get(20, TimeUnit.SECONDS));
                }
                return null;
            }));
        }
        for (Future<?> sender : done) {
            sender.get(50, TimeUnit.SECONDS);
        }
        assertEquals(senders * each, received.size());
        assertTrue(received.values().stream().allMatch(times -> times == 1), "none is handled twice");
    }

    @Test
    void thePeerIsNamed() throws Exception {
        assertNotNull(send("a").peer().name());
    }

    @Test
    void requestsAndResponsesAreCopiedAsListsWithoutNulls() throws Exception {
        List<String> requests = new ArrayList<>(List.of("a"));
        ClientTransaction<String> sent = bus.client().sendRequest(requests);
        requests.set(0, "changed");
        ServerTransaction<String, String> received = bus.server().recvRequest();
        assertEquals(List.of("a"), received.requests());
        List<String> nulls = new ArrayList<>();
        nulls.add(null);
        assertThrows(NullPointerException.class, () -> bus.client().sendRequest(nulls));
        assertThrows(NullPointerException.class, () -> received.sendResponse(nulls));
        received.sendResponse(List.of("1"));
        assertThrows(UnsupportedOperationException.class, () -> sent.recvResponse().add("2"));
    }
}
