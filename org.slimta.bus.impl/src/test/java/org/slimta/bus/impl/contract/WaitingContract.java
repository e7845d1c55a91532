package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.Await;

/** Every wait is finite by default, can be interrupted, and ends at once when the bus is closed. */
public interface WaitingContract extends ContractFixture {

    @Test
    default void receivingEndsAfterTheTimeout() throws Exception {
        reopen(BusSettings.PATIENT.withReceiveTimeout(SHORT));
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, bus().server()::recvRequest).reason());
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, () -> bus().server().recvRequest(Duration.ZERO))
                        .reason());
    }

    @Test
    default void waitingForAResponseEndsAfterTheTimeout() throws Exception {
        reopen(BusSettings.PATIENT.withResponseTimeout(SHORT));
        assertEquals(
                Reason.TIMEOUT,
                failureOf(bus().client().sendRequest(List.of("a"))).reason());
        assertEquals(
                Reason.TIMEOUT,
                failureOf(bus().client().sendRequest(List.of("a")).response().toCompletableFuture())
                        .reason());
    }

    @Test
    default void waitsAreInterruptible() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertInterruptible(sent::recvResponse);
        assertInterruptible(bus().server()::recvRequest);
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
        Await.parked(waiting);
        waiting.interrupt();
        assertInstanceOf(InterruptedException.class, ended.get(20, TimeUnit.SECONDS));
    }

    @Test
    default void closingTheServerEndsReceiving() throws Exception {
        List<CompletableFuture<Throwable>> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            ends.add(end);
            Thread waiting = new Thread(() -> end.complete(catchAll(bus().server()::recvRequest)));
            waiting.start();
            Await.parked(waiting);
        }
        bus().server().close();
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
    default void closingTheClientEndsWaitingForAResponse() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        CompletableFuture<List<String>> stage = sent.response().toCompletableFuture();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread waiting = new Thread(() -> end.complete(catchAll(sent::recvResponse)));
        waiting.start();
        Await.parked(waiting);
        bus().client().close();
        assertEquals(
                Reason.CLOSED,
                assertInstanceOf(BusException.class, end.get(10, TimeUnit.SECONDS))
                        .reason());
        assertEquals(Reason.CLOSED, failureOf(stage).reason());
        assertEquals(
                Reason.CLOSED,
                failureOf(bus().client().sendRequest(List.of("b"))).reason());
    }

    @Test
    default void aTransactionThatNobodyWaitsForEnds() throws Exception {
        reopen(BusSettings.PATIENT.withResponseTimeout(SHORT));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        bus().client().sendRequest(List.of("a")).response().whenComplete((none, failure) -> ended.complete(failure));
        BusException failure = assertInstanceOf(BusException.class, ended.get(20, TimeUnit.SECONDS));
        assertEquals(Reason.TIMEOUT, failure.reason());
    }

    @Test
    default void theBusMayBeClosedByACallback() throws Exception {
        reopen(BusSettings.PATIENT.withDrainTimeout(Duration.ofSeconds(50)));
        CompletableFuture<Void> closed = bus().client()
                .sendRequest(List.of("a"))
                .response()
                .thenRun(bus().client()::close)
                .thenRun(bus().server()::close)
                .toCompletableFuture();
        bus().server().recvRequest().sendResponse(List.of("1"));
        closed.get(20, TimeUnit.SECONDS);
    }
}
