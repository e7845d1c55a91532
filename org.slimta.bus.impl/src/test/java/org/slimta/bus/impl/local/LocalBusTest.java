package org.slimta.bus.impl.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
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
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            LocalBus<String, String> bus = factory.newLocal(LocalOptions.builder()
                    .queueSize(1)
                    .responseTimeout(Duration.ofSeconds(2))
                    .sendTimeout(Duration.ofMinutes(10))
                    .drainTimeout(Duration.ZERO)
                    .build());
            ClientTransaction<String> first = bus.client().sendRequest(List.of("fills the queue"));
            Thread givesUp = startSending(bus);
            assertEquals(
                    Reason.TIMEOUT,
                    assertThrows(BusException.class, first::recvResponse).reason());
            Thread next = startSending(bus);
            // The first is over, so it is passed over; so may the second be by now. The third has the room.
            ServerTransaction<String, String> received = bus.server().recvRequest(Duration.ofSeconds(20));
            received.sendResponse(received.requests());
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
}
