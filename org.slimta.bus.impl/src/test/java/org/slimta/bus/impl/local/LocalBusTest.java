package org.slimta.bus.impl.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What a bus inside one JVM does that no other kind of bus does. */
@Timeout(60)
class LocalBusTest {

    @Test
    void objectsPassByReference() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<Object, Object> bus = factory.newLocal();
            Object request = new Object();
            Object response = new Object();
            ClientTransaction<Object> sent = bus.client().sendRequest(List.of(request));
            ServerTransaction<Object, Object> received = bus.server().recvRequest();
            assertSame(request, received.requests().get(0));
            received.sendResponse(List.of(response));
            assertSame(response, sent.recvResponse().get(0));
        }
    }

    /** A received transaction takes no room in the queue. */
    @Test
    void callbacksMayWaitForMoreTransactionsThanTheQueueHolds() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus =
                    factory.newLocal(LocalOptions.builder().queueSize(1).build());
            List<ServerTransaction<String, String>> received = new ArrayList<>();
            List<CompletableFuture<List<String>>> stages = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                stages.add(bus.client().sendRequest(List.of("x")).response().toCompletableFuture());
                received.add(bus.server().recvRequest());
            }
            List<CompletableFuture<List<String>>> inTurn = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                CompletableFuture<List<String>> next = stages.get(i + 1);
                inTurn.add(stages.get(i).thenApply(responses -> next.join()));
            }
            for (ServerTransaction<String, String> each : received) {
                each.sendResponse(List.of("y"));
            }
            for (CompletableFuture<List<String>> each : inTurn) {
                assertEquals(List.of("y"), each.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void closingTheClientEndsAWaitForRoomAndLeavesNothingBehind() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal(LocalOptions.builder()
                    .queueSize(1)
                    .sendTimeout(Duration.ofMinutes(10))
                    .drainTimeout(Duration.ofSeconds(50))
                    .build());
            bus.client().sendRequest(List.of("fills the queue"));
            CompletableFuture<BusException> ended = new CompletableFuture<>();
            Thread sender = new Thread(() -> {
                try {
                    ClientTransaction<String> sent = bus.client().sendRequest(List.of("waits for room"));
                    ended.complete(assertThrows(BusException.class, sent::recvResponse));
                } catch (InterruptedException e) {
                    ended.completeExceptionally(e);
                }
            });
            sender.start();
            Await.state(sender, Thread.State.TIMED_WAITING);
            bus.client().close();
            assertEquals(Reason.CLOSED, ended.get(20, TimeUnit.SECONDS).reason());
            bus.server().close();
        }
    }

    @Test
    void aSenderThatGivesUpWaitingForRoomLeavesItToTheNext() throws Exception {
        LocalOptions patient = LocalOptions.builder()
                .queueSize(1)
                .sendTimeout(Duration.ofMinutes(10))
                .drainTimeout(Duration.ZERO)
                .build();
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            QueueBus<String, String> bus = (QueueBus<String, String>) factory.<String, String>newLocal(patient);
            bus.client().sendRequest(List.of("fills the queue"));
            bus.reconfigure(
                    patient.toBuilder().responseTimeout(Duration.ofMillis(300)).build());
            Thread givesUp = startSending(bus);
            bus.reconfigure(patient);
            Thread next = startSending(bus);
            BusDTO report = new BusDTO();
            Await.until("one is over", () -> {
                bus.report(report);
                return report.failed.equals(Map.of("TIMEOUT", 1L));
            });
            for (String request : List.of("fills the queue", "waits for room")) {
                ServerTransaction<String, String> received = bus.server().recvRequest(Duration.ofSeconds(20));
                assertEquals(List.of(request), received.requests());
            }
            givesUp.join(20_000);
            next.join(20_000);
            assertEquals(List.of(false, false), List.of(givesUp.isAlive(), next.isAlive()));
        }
    }

    private static Thread startSending(LocalBus<String, String> bus) {
        Thread sender = new Thread(() -> {
            try {
                bus.client().sendRequest(List.of("waits for room"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        sender.start();
        Await.state(sender, Thread.State.TIMED_WAITING);
        return sender;
    }

    @Test
    void aFullQueueRefusesAndLosesNothing() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal(LocalOptions.builder()
                    .queueSize(2)
                    .sendTimeout(Duration.ofMillis(50))
                    .drainTimeout(Duration.ZERO)
                    .build());
            List<ClientTransaction<String>> sent = List.of(
                    bus.client().sendRequest(List.of("1")),
                    bus.client().sendRequest(List.of("2")),
                    bus.client().sendRequest(List.of("3")));
            BusException refused = assertThrows(BusException.class, sent.get(2)::recvResponse);
            assertEquals(Reason.OVERLOADED, refused.reason());
            assertEquals(
                    "bus local: the queue of 2 transactions (queueSize) had no room within 50 ms (sendTimeout)",
                    refused.getMessage());
            for (int i = 0; i < 2; i++) {
                ServerTransaction<String, String> received = bus.server().recvRequest();
                received.sendResponse(received.requests());
            }
            assertEquals(List.of("1"), sent.get(0).recvResponse());
            assertEquals(List.of("2"), sent.get(1).recvResponse());
        }
    }

    @Test
    void whatIsCancelledInTheQueueIsDroppedAndItsPlaceIsFree() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal(LocalOptions.builder()
                    .queueSize(1)
                    .sendTimeout(Duration.ZERO)
                    .build());
            ClientTransaction<String> first = bus.client().sendRequest(List.of("a"));
            assertTrue(first.cancel());
            assertEquals(Outcome.NOT_PROCESSED, failureOf(first).outcome());
            ClientTransaction<String> second = bus.client().sendRequest(List.of("b"));
            ServerTransaction<String, String> received = bus.server().recvRequest();
            assertEquals(List.of("b"), received.requests());
            received.sendResponse(List.of("1"));
            assertEquals(List.of("1"), second.recvResponse());
        }
    }

    @Test
    void aHandlerIsToldAtOnceThatItsTransactionWasCancelled() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal();
            CompletableFuture<String> told = new CompletableFuture<>();
            CompletableFuture<List<String>> working = new CompletableFuture<>();
            bus.server()
                    .serve(
                            batch -> {
                                batch.cancelled()
                                        .thenRun(() -> told.complete(
                                                Thread.currentThread().getName()));
                                working.complete(batch.requests());
                                return new CompletableFuture<>();
                            },
                            1);
            ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
            assertEquals(List.of("a"), working.get(20, TimeUnit.SECONDS));
            assertTrue(sent.cancel());
            assertEquals(Outcome.UNKNOWN, failureOf(sent).outcome());
            String thread = told.get(20, TimeUnit.SECONDS);
            assertTrue(thread.startsWith("slimta-bus-local-failures-"), thread);
        }
    }

    @Test
    void aHandlerThatBlocksWhenItIsToldDelaysNoOther() throws Exception {
        CompletableFuture<Void> blocked = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal();
            for (int i = 0; i < 40; i++) {
                ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
                CompletionStage<Void> cancelled = bus.server().recvRequest().cancelled();
                if (i == 39) {
                    cancelled.thenRun(() -> end.complete(null));
                } else {
                    cancelled.thenRun(blocked::join);
                }
                assertTrue(sent.cancel());
            }
            end.get(20, TimeUnit.SECONDS);
            blocked.complete(null);
        }
    }
}
