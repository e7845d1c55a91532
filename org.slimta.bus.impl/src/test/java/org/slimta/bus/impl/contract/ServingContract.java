package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.Await;

/** A handler serves a server until it or the server is closed, a limited number of transactions at once. */
public interface ServingContract extends ContractFixture {

    private static RequestHandler<String, String> echo() {
        return batch -> CompletableFuture.completedFuture(batch.requests());
    }

    @Test
    default void aHandlerAnswersWhatArrivedBeforeAndAfter() throws Exception {
        ClientTransaction<String> before = bus().client().sendRequest(List.of("a", "b"));
        bus().server().serve(echo());
        assertEquals(List.of("a", "b"), before.recvResponse());
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    List.of("c" + i),
                    bus().client().sendRequest(List.of("c" + i)).recvResponse());
        }
    }

    @Test
    default void aHandlerMayAnswerLater() throws Exception {
        AtomicReference<CompletableFuture<List<String>>> answer = new AtomicReference<>();
        bus().server().serve(batch -> answer.updateAndGet(none -> new CompletableFuture<>()));
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        Await.until("the handler has it", () -> answer.get() != null);
        answer.get().complete(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    default void aHandlerThatFailsCostsItsOwnTransaction() throws Exception {
        bus().server().serve(batch -> {
            switch (batch.requests().get(0)) {
                case "throw" -> throw new IllegalStateException("the disk is full");
                case "error" -> throw new StackOverflowError();
                case "null" -> {
                    return null;
                }
                case "none" -> {
                    return CompletableFuture.completedFuture(null);
                }
                case "few" -> {
                    return CompletableFuture.completedFuture(List.of());
                }
                case "fail" -> {
                    return CompletableFuture.failedFuture(new IllegalArgumentException("no such box"));
                }
                default -> {
                    Thread.currentThread().interrupt();
                    return CompletableFuture.completedFuture(batch.requests());
                }
            }
        });
        for (String bad : List.of("throw", "error", "null", "none", "fail")) {
            assertEquals(
                    bus().seenByClient(Reason.HANDLER),
                    failureOf(bus().client().sendRequest(List.of(bad))).reason(),
                    bad);
        }
        assertEquals(
                bus().seenByClient(Reason.MISMATCH),
                failureOf(bus().client().sendRequest(List.of("few"))).reason());
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    List.of("good"), bus().client().sendRequest(List.of("good")).recvResponse());
        }
    }

    @Test
    default void aHandlerGetsOnlySoManyAtOnce() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        bus().server()
                .serve(
                        batch -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            go.await();
                            running.decrementAndGet();
                            return CompletableFuture.completedFuture(batch.requests());
                        },
                        2);
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(bus().client().sendRequest(List.of("a")));
        }
        Await.until("it is being handled", () -> running.get() > 0);
        go.countDown();
        for (ClientTransaction<String> each : sent) {
            assertEquals(List.of("a"), each.recvResponse());
        }
        assertTrue(most.get() <= 2, most + " at once");
    }

    @Test
    default void closingTheRegistrationWaitsForWhatHasBegun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HandlerRegistration registration = bus().server()
                .serve(
                        batch -> {
                            begun.countDown();
                            go.await();
                            return CompletableFuture.completedFuture(batch.requests());
                        },
                        1);
        ClientTransaction<String> first = bus().client().sendRequest(List.of("first"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        Future<?> closing = threads().submit(registration::close);
        assertThrows(TimeoutException.class, () -> closing.get(50, TimeUnit.MILLISECONDS), "the first is not answered");
        go.countDown();
        assertEquals(List.of("first"), first.recvResponse());
        closing.get(20, TimeUnit.SECONDS);
        ClientTransaction<String> second = bus().client().sendRequest(List.of("second"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        received.sendResponse(received.requests());
        assertEquals(List.of("second"), second.recvResponse());
    }

    @Test
    default void aHandlerMayCloseItsOwnRegistration() throws Exception {
        AtomicReference<HandlerRegistration> registration = new AtomicReference<>();
        CountDownLatch registered = new CountDownLatch(1);
        registration.set(bus().server().serve(batch -> {
            registered.await();
            registration.get().close();
            return CompletableFuture.completedFuture(batch.requests());
        }));
        registered.countDown();
        assertEquals(List.of("a"), bus().client().sendRequest(List.of("a")).recvResponse());
    }

    @Test
    default void aServerHasOneHandlerAtATime() throws Exception {
        HandlerRegistration first = bus().server().serve(echo());
        assertThrows(IllegalStateException.class, () -> bus().server().serve(echo()));
        assertThrows(IllegalArgumentException.class, () -> bus().server().serve(echo(), 0));
        first.close();
        first.close();
        bus().server().serve(echo());
        first.close();
        assertEquals(List.of("a"), bus().client().sendRequest(List.of("a")).recvResponse());
    }

    @Test
    default void aServerThatClosesLetsItsHandlerAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HandlerRegistration registration = bus().server().serve(batch -> {
            begun.countDown();
            go.await();
            return CompletableFuture.completedFuture(batch.requests());
        });
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        Future<?> closing = threads().submit(() -> bus().server().close());
        go.countDown();
        assertEquals(List.of("a"), sent.recvResponse());
        closing.get(20, TimeUnit.SECONDS);
        assertThrows(IllegalStateException.class, () -> bus().server().serve(echo()));
        registration.close();
    }
}
