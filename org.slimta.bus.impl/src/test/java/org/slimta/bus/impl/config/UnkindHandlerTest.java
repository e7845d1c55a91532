package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.Unkind;

/** Whatever a handler or filter does fails at most its own transaction, and without delay. */
@Timeout(60)
class UnkindHandlerTest {

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.server("in", "maxConcurrentHandlers", 1);
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private static void assertFails(BusClient<String, String> client, String text) {
        BusException failure = assertThrows(BusException.class, () -> Container.ask(client, text));
        assertEquals(Reason.HANDLER, failure.reason(), failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerFailsItsOwnTransaction(Unkind unkind) throws Exception {
        container.handler(
                received -> received.requests().get(0).equals("bad")
                        ? unkind.act()
                        : CompletableFuture.completedFuture(List.of("good")),
                "in");
        BusClient<String, String> client = container.clientOf("in", "responseTimeout", "15s");
        for (int i = 0; i < 3; i++) {
            assertFails(client, "bad");
            assertEquals("good", Container.ask(client, "good"));
        }
        assertEquals(Map.of("HANDLER", 3L), container.bus("in").failed);
        assertEquals(3, container.bus("in").answered);
    }

    @ParameterizedTest
    @EnumSource
    void aFilterFailsItsOwnTransaction(Unkind unkind) throws Exception {
        container.chain("chain", "in", "maxConcurrentHandlers", 1);
        container.handler(received -> CompletableFuture.completedFuture(List.of("good")), "chain");
        container.filter(
                (batch, to) -> batch.requests().get(0).equals("bad")
                        ? unkind.act()
                        : to.sendRequest(batch.requests()).response(),
                "chain");
        BusClient<String, String> client = container.clientOf("in", "responseTimeout", "15s");
        for (int i = 0; i < 3; i++) {
            assertFails(client, "bad");
            assertEquals("good", Container.ask(client, "good"));
        }
    }

    /** A minimal stage is a CompletableFuture whose isDone() throws. */
    @Test
    void aMinimalStageIsAccepted() throws Exception {
        container.chain("chain", "in", "maxConcurrentHandlers", 1);
        CompletableFuture<List<String>> later = new CompletableFuture<>();
        container.handler(
                received -> received.requests().get(0).equals("later")
                        ? later.minimalCompletionStage()
                        : CompletableFuture.completedStage(List.of("good")),
                "chain");
        container.filter(
                (batch, to) -> to.sendRequest(batch.requests())
                        .response()
                        .toCompletableFuture()
                        .minimalCompletionStage(),
                "chain");
        BusClient<String, String> client = container.clientOf("in");
        assertEquals("good", Container.ask(client, "now"));
        ClientTransaction<String> sent = client.sendRequest(List.of("later"));
        Container.await("the handler was called", () -> later.getNumberOfDependents() > 0);
        later.complete(List.of("good at last"));
        assertEquals(List.of("good at last"), sent.recvResponse());
    }

    @Test
    void aFilterMayReturnACompletedMinimalStage() throws Exception {
        container.chain("chain", "in");
        container.handler(received -> CompletableFuture.completedFuture(List.of("not called")), "chain");
        container.filter((batch, to) -> CompletableFuture.completedStage(List.of("from the filter")), "chain");
        assertEquals("from the filter", Container.ask(container.clientOf("in"), "x"));
    }

    @Test
    void aHandlerThatLeavesItsThreadInterruptedAffectsNoOther() throws Exception {
        container.handler(
                received -> {
                    switch (received.requests().get(0)) {
                        case "flag" -> Thread.currentThread().interrupt();
                        case "throw" -> throw new InterruptedException("thrown");
                        default -> new Semaphore(1).acquire(); // Throws if the thread is interrupted.
                    }
                    return CompletableFuture.completedFuture(List.of("good"));
                },
                "in");
        BusClient<String, String> client = container.clientOf("in");
        for (int i = 0; i < 50; i++) {
            assertEquals("good", Container.ask(client, "flag"));
            assertEquals("good", Container.ask(client, "block"));
            assertFails(client, "throw");
            assertEquals("good", Container.ask(client, "block"));
        }
    }

    @Test
    void theLogStaysBounded() throws Exception {
        container.handler(received -> Unkind.LAZY_LIST.act(), "in");
        BusClient<String, String> client = container.clientOf("in");
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 200; i++) {
                assertFails(client, "bad");
            }
            long lines = log.text()
                    .lines()
                    .filter(line -> line.contains("WARN org.slimta.bus.server.in"))
                    .count();
            assertTrue(lines > 0 && lines <= 25, lines + " lines:\n" + log.text());
        }
    }

    /** The client is told; but the bundle of the handler should learn of its fault too. */
    @Test
    void aWrongNumberOfResponsesAndNoStageAreLogged() throws Exception {
        container.handler(
                received -> received.requests().get(0).equals("null")
                        ? null
                        : CompletableFuture.completedFuture(List.of("1", "2")),
                "in");
        BusClient<String, String> client = container.clientOf("in");
        try (CapturedLog log = new CapturedLog()) {
            assertThrows(BusException.class, () -> Container.ask(client, "few"));
            log.await("returned 2 responses to 1 requests; there must be one for each");
            assertThrows(BusException.class, () -> Container.ask(client, "null"));
            log.await("returned null; it must return a stage of responses");
        }
    }

    /** A filter that throws is one thing; one that returns too much must not look well either. */
    @Test
    void aChainWhoseFilterReturnsAWrongNumberIsFailing() throws Exception {
        container.chain("chain", "in");
        container.handler(received -> CompletableFuture.completedFuture(List.of("good")), "chain");
        container.filter((batch, to) -> CompletableFuture.completedFuture(List.of("1", "2")), "chain");
        BusClient<String, String> client = container.clientOf("in");
        assertThrows(BusException.class, () -> Container.ask(client, "x"));
        // The client learns of it first: only sending the responses shows that they are wrong.
        Container.await("the chain is failing", () -> container.bus("chain").failingSince > 0);
        assertEquals("MISMATCH", container.bus("chain").lastFailure.reason);
        assertTrue(container.bus("chain").lastFailure.message.contains("returned 2 responses to 1 requests"));
    }
}
