package org.slimta.bus.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.Unkind;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.standalone.StandaloneBusFactory;

@Timeout(30)
class ProxyTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory();
    private final LocalBus<String, String> near = newLocal();
    private final LocalBus<String, String> far = newLocal();
    private Thread thread;

    private LocalBus<String, String> newLocal() {
        return factory.newLocal(
                LocalOptions.builder().drainTimeout(Duration.ofMillis(100)).build());
    }

    private void run(BusFilter<String, String> filter) {
        thread = new Thread(factory.newProxy(near.server(), far.client(), filter));
        thread.start();
    }

    @AfterEach
    void theProxyEndsWithTheBusItReceivesFrom() throws Exception {
        factory.close();
        if (thread != null) {
            thread.join(10_000);
            assertTrue(!thread.isAlive());
        }
    }

    @Test
    void aFilterChangesRequestsAndResponses() throws Exception {
        run((batch, to) -> to.sendRequest(
                        batch.requests().stream().map(String::toUpperCase).toList())
                .response()
                .thenApply(
                        responses -> responses.stream().map("filtered "::concat).toList()));
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = far.server().recvRequest();
        assertEquals(List.of("A"), received.requests());
        received.sendResponse(List.of("b"));
        assertEquals(List.of("filtered b"), sent.recvResponse());
    }

    @Test
    void aFilterMayAnswerByItself() throws Exception {
        run((batch, to) -> CompletableFuture.completedFuture(List.of("by itself")));
        assertEquals(
                List.of("by itself"), near.client().sendRequest(List.of("a")).recvResponse());
    }

    @Test
    void aFilterThatFailsCostsOnlyItsTransaction() throws Exception {
        run((batch, to) -> switch (batch.requests().get(0)) {
            case "throw" -> throw new IllegalStateException("thrown");
            case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("failed"));
            case "null" -> null;
            case "null response" -> CompletableFuture.completedFuture(null);
            case "error" -> throw new AssertionError("broken");
            default -> to.sendRequest(batch.requests()).response();
        });
        for (String bad : List.of("throw", "fail", "null", "null response", "error")) {
            BusException failure = failureOf(near.client().sendRequest(List.of(bad)));
            assertEquals(Reason.HANDLER, failure.reason(), bad);
        }
        ClientTransaction<String> good = near.client().sendRequest(List.of("good"));
        far.server().recvRequest().sendResponse(List.of("still there"));
        assertEquals(List.of("still there"), good.recvResponse());
    }

    @ParameterizedTest
    @EnumSource
    void aMisbehavingFilterFailsItsTransactionAtOnce(Unkind unkind) throws Exception {
        run((batch, to) -> batch.requests().get(0).equals("bad")
                ? unkind.act()
                : to.sendRequest(batch.requests()).response());
        for (int i = 0; i < 3; i++) {
            BusException failure = failureOf(near.client().sendRequest(List.of("bad")));
            assertEquals(Reason.HANDLER, failure.reason(), failure.getMessage());
            ClientTransaction<String> good = near.client().sendRequest(List.of("good"));
            far.server().recvRequest().sendResponse(List.of("still there"));
            assertEquals(List.of("still there"), good.recvResponse());
        }
    }

    @Test
    void failuresOfAFilterAreLoggedABoundedNumberOfTimes() throws Exception {
        run((batch, to) -> Unkind.LONG_EXCEPTION.act());
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 200; i++) {
                String message =
                        failureOf(near.client().sendRequest(List.of("bad"))).getMessage();
                assertTrue(message.length() < 1000, message.length() + " characters");
            }
            long lines = log.text()
                    .lines()
                    .filter(line -> line.contains("WARN org.slimta.bus.proxy -"))
                    .count();
            assertTrue(lines > 0 && lines <= 25, lines + " lines");
        }
    }

    @Test
    void aFilterThatLeavesItsThreadInterruptedDoesNotEndItsChain() throws Exception {
        BusFilter<String, String> filter = (batch, to) -> {
            switch (batch.requests().get(0)) {
                case "flag" -> Thread.currentThread().interrupt();
                case "throw" -> throw new InterruptedException("thrown");
                default -> {}
            }
            return CompletableFuture.completedFuture(List.of("by itself"));
        };
        BusServer<String, String> end = factory.newChain(near.server(), List.of(filter));
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    List.of("by itself"),
                    near.client().sendRequest(List.of("flag")).recvResponse());
            assertEquals(
                    Reason.HANDLER,
                    failureOf(near.client().sendRequest(List.of("throw"))).reason());
            assertEquals(
                    List.of("by itself"),
                    near.client().sendRequest(List.of("good")).recvResponse());
        }
        end.close();
    }

    @Test
    void whatIsCancelledIsCancelledBehindTheProxyToo() throws Exception {
        run(BusFilter.passOn());
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        CompletableFuture<Void> cancelled =
                far.server().recvRequest().cancelled().toCompletableFuture();
        assertTrue(sent.cancel());
        cancelled.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatIsCancelledDoesNotReachTheEndOfItsChain() throws Exception {
        CompletableFuture<Void> passOn = new CompletableFuture<>();
        CompletableFuture<Void> received = new CompletableFuture<>();
        CompletableFuture<BusException> second = new CompletableFuture<>();
        BusFilter<String, String> waits = (batch, to) -> {
            received.complete(null);
            passOn.join();
            ClientTransaction<String> late = to.sendRequest(batch.requests());
            second.complete(failureOf(late));
            return late.response();
        };
        BusServer<String, String> end = factory.newChain(near.server(), List.of(BusFilter.passOn(), waits));
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        received.get(20, TimeUnit.SECONDS);
        sent.cancel();
        passOn.complete(null);
        BusException failure = second.get(20, TimeUnit.SECONDS);
        assertEquals(Reason.CANCELLED, failure.reason());
        assertEquals(Outcome.NOT_PROCESSED, failure.outcome());
        end.close();
    }

    @Test
    void reasonsPassUnchanged() throws Exception {
        run(BusFilter.passOn());
        for (Reason reason : Reason.values()) {
            ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
            far.server().recvRequest().fail(reason, "why");
            BusException failure = failureOf(sent);
            assertEquals(reason, failure.reason());
            assertTrue(failure.getMessage().contains("why"), failure.getMessage());
        }
    }

    @Test
    void aFilterWithTheWrongNumberOfResponsesIsAMismatch() throws Exception {
        run((batch, to) -> CompletableFuture.completedFuture(List.of()));
        assertEquals(
                Reason.MISMATCH,
                failureOf(near.client().sendRequest(List.of("a"))).reason());
    }

    @Test
    void theDefaultFilterBlocksNoThread() throws Exception {
        run(BusFilter.passOn());
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(near.client().sendRequest(List.of("request " + i)));
        }
        List<ServerTransaction<String, String>> received = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            received.add(far.server().recvRequest());
        }
        for (ServerTransaction<String, String> transaction : received) {
            transaction.sendResponse(transaction.requests());
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of("request " + i), sent.get(i).recvResponse());
        }
    }

    @Test
    void acceptPassesOnOneTransaction() throws Exception {
        ClientTransaction<String> sent = near.client().sendRequest(List.of("a"));
        factory.newProxy(near.server(), far.client()).accept();
        far.server().recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aChainPassesFiltersInOrder() throws Exception {
        List<BusFilter<String, String>> filters = List.of(appending(" one"), appending(" two"), appending(" three"));
        BusServer<String, String> end = factory.newChain(near.server(), filters);
        ClientTransaction<String> sent = near.client().sendRequest(List.of("zero"));
        ServerTransaction<String, String> received = end.recvRequest();
        assertEquals(List.of("zero one two three"), received.requests());
        received.sendResponse(List.of("back"));
        assertEquals(List.of("back three two one"), sent.recvResponse());
        end.close();
        assertEquals(
                Reason.CLOSED,
                failureOf(near.client().sendRequest(List.of("late"))).reason());
    }

    private static BusFilter<String, String> appending(String text) {
        return (batch, to) -> to.sendRequest(
                        batch.requests().stream().map(request -> request + text).toList())
                .response()
                .thenApply(responses ->
                        responses.stream().map(response -> response + text).toList());
    }

    @Test
    void aChainEndsWithTheBusItReceivesFrom() throws Exception {
        BusServer<String, String> end =
                factory.newChain(near.server(), List.of(BusFilter.passOn(), BusFilter.passOn()));
        near.server().close();
        BusException ended = assertThrows(BusException.class, () -> end.recvRequest(Duration.ofSeconds(20)));
        assertEquals(Reason.CLOSED, ended.reason());
    }

    @Test
    void aChainThatDrainsLetsAFilterFinish() throws Exception {
        LocalBus<String, String> front = factory.newLocal(
                LocalOptions.builder().drainTimeout(Duration.ofSeconds(20)).build());
        CompletableFuture<Void> mayContinue = new CompletableFuture<>();
        CompletableFuture<Void> filtering = new CompletableFuture<>();
        BusFilter<String, String> slow = (batch, to) -> {
            filtering.complete(null);
            return mayContinue.thenCompose(nothing -> {
                try {
                    return to.sendRequest(batch.requests()).response();
                } catch (InterruptedException e) {
                    return CompletableFuture.failedFuture(e);
                }
            });
        };
        BusServer<String, String> end = factory.newChain(front.server(), List.of(slow));
        ClientTransaction<String> sent = front.client().sendRequest(List.of("a"));
        filtering.get(20, TimeUnit.SECONDS);
        Thread closing = new Thread(front.server()::close);
        closing.start();
        Await.state(closing, Thread.State.TIMED_WAITING);
        mayContinue.complete(null);
        end.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aProxyIgnoresTheReceiveTimeoutOfItsBus() throws Exception {
        LocalBus<String, String> zeroTimeout = factory.newLocal(
                LocalOptions.builder().receiveTimeout(Duration.ZERO).build());
        thread = new Thread(factory.newProxy(zeroTimeout.server(), far.client()));
        thread.start();
        Await.state(thread, Thread.State.TIMED_WAITING); // It waits, it does not spin.
        ClientTransaction<String> sent = zeroTimeout.client().sendRequest(List.of("a"));
        far.server().recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aChainThatCannotBeOpenedReceivesNothing() throws Exception {
        List<LocalBus<String, String>> links = new ArrayList<>();
        assertThrows(
                IllegalStateException.class,
                () -> new FilterChain<>(
                        near.server(),
                        List.of(BusFilter.<String, String>passOn(), BusFilter.passOn()),
                        () -> {
                            if (links.size() == 1) {
                                throw new IllegalStateException("no more");
                            }
                            links.add(factory.newLocal());
                            return links.get(0);
                        },
                        BusObservers.NONE));
        ClientTransaction<String> sent = near.client().sendRequest(List.of("x"));
        ServerTransaction<String, String> received = near.server().recvRequest(Duration.ofSeconds(20));
        received.sendResponse(List.of("y"));
        assertEquals(List.of("y"), sent.recvResponse());
        assertThrows(
                BusException.class,
                () -> links.get(0).client().sendRequest(List.of("z")).recvResponse(),
                "it is closed");
    }

    @Test
    void aChainWithoutFiltersIsTheServerItself() {
        assertSame(near.server(), factory.newChain(near.server(), List.of()));
    }
}
