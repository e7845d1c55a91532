package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;

/** A client may cancel a transaction, and a handler learns that its client does not wait any more. */
public interface CancelContract extends ContractFixture {

    @Test
    default void cancellingEndsAllWaitsAtOnce() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        CompletableFuture<List<String>> stage = sent.response().toCompletableFuture();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread waiting = new Thread(() -> end.complete(assertThrows(BusException.class, sent::recvResponse)));
        waiting.start();
        Await.parked(waiting);
        assertTrue(sent.cancel());
        BusException failure = assertInstanceOf(BusException.class, end.get(20, TimeUnit.SECONDS));
        assertEquals(Reason.CANCELLED, failure.reason());
        assertNotEquals(Outcome.PROCESSED, failure.outcome());
        assertEquals(Reason.CANCELLED, failureOf(stage).reason());
        assertEquals(Reason.CANCELLED, failureOf(sent).reason());
        assertFalse(sent.cancel());
    }

    @Test
    default void cancellingACopyOfTheStageDoesNotCancel() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        sent.response().toCompletableFuture().cancel(true);
        bus().server().recvRequest().sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
        assertFalse(sent.cancel());
        assertEquals(List.of("1"), sent.recvResponse());
    }

    @Test
    default void aResponseToACancelledTransactionHarmsNothing() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertTrue(sent.cancel());
        assertEquals(Outcome.UNKNOWN, failureOf(sent).outcome());
        try {
            received.sendResponse(List.of("late"));
        } catch (BusException e) {
            assertEquals(
                    Reason.CLOSED, e.reason(), e.toString()); // A client without numbers has closed its connection.
        }
        assertEquals(Reason.CANCELLED, failureOf(sent).reason());
        ClientTransaction<String> next = bus().client().sendRequest(List.of("b"));
        bus().server().recvRequest().sendResponse(List.of("2"));
        assertEquals(List.of("2"), next.recvResponse());
    }

    /** Each is cancelled at about the moment at which it is received. */
    @Test
    default void whatIsSaidToBeNotProcessedIsNotReceived() throws Exception {
        Set<String> received = ConcurrentHashMap.newKeySet();
        threads().execute(new EchoServer<>(bus().server(), transaction -> {
            received.addAll(transaction.requests());
            try {
                transaction.sendResponse(transaction.requests());
            } catch (BusException e) {
                // It was cancelled.
            }
        }));
        Set<String> unprocessed = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            String request = "request " + i;
            ClientTransaction<String> sent = bus().client().sendRequest(List.of(request));
            for (int spins = 0; spins < i % 50 * 20; spins++) {
                Thread.onSpinWait();
            }
            if (sent.cancel() && failureOf(sent).outcome() == Outcome.NOT_PROCESSED) {
                unprocessed.add(request);
            }
        }
        assertEquals(
                List.of("last"), bus().client().sendRequest(List.of("last")).recvResponse());
        unprocessed.retainAll(received);
        assertEquals(Set.of(), unprocessed);
    }

    @Test
    default void aHandlerLearnsThatTheTimeOfItsClientIsOver() throws Exception {
        assumeTrue(bus().tellsReasons(), "a client without numbers does not tell its time");
        reopen(BusSettings.PATIENT.withResponseTimeout(SHORT));
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        CompletableFuture<Void> cancelled =
                bus().server().recvRequest().cancelled().toCompletableFuture();
        assertEquals(Reason.TIMEOUT, failureOf(sent).reason());
        cancelled.get(20, TimeUnit.SECONDS);
    }

    @Test
    default void aHandlerThatHasAnsweredIsNotTold() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        received.sendResponse(List.of("1"));
        sent.recvResponse();
        assertFalse(received.cancelled().toCompletableFuture().isDone());
    }
}
