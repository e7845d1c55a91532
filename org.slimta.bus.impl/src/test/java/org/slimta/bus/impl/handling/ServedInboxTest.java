package org.slimta.bus.impl.handling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.local.QueueBus;

/** How many transactions a handler gets at once, and how long closing its registration waits. */
class ServedInboxTest {

    private final Threads threads = new Threads();
    private QueueBus<String, String> bus = open(LocalOptions.builder());

    private QueueBus<String, String> open(LocalOptions.Builder options) {
        return new QueueBus<>(options.build(), threads);
    }

    @AfterEach
    void close() {
        bus.close();
        threads.close();
    }

    private List<ClientTransaction<String>> send(int count) throws InterruptedException {
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(bus.client().sendRequest(List.of("a")));
        }
        return sent;
    }

    @Test
    void asManyAsAllowedAreHandledAtOnceAndNoMore() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        bus.server()
                .serve(
                        batch -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            go.await();
                            running.decrementAndGet();
                            return CompletableFuture.completedFuture(batch.requests());
                        },
                        3);
        List<ClientTransaction<String>> sent = send(10);
        Await.until("three are being handled", () -> running.get() == 3);
        assertEquals(7, bus.inbox().size());
        go.countDown();
        for (ClientTransaction<String> each : sent) {
            assertEquals(List.of("a"), each.recvResponse());
        }
        assertEquals(3, most.get());
    }

    @Test
    void stagesThatAreNotCompleteCountUntilTheClientGivesUp() throws Exception {
        bus.close();
        bus = open(LocalOptions.builder().responseTimeout(Duration.ofMillis(100)));
        AtomicInteger handled = new AtomicInteger();
        bus.server()
                .serve(
                        batch -> {
                            handled.incrementAndGet();
                            return new CompletableFuture<>();
                        },
                        1);
        send(1);
        Await.until("the first is handled", () -> handled.get() == 1);
        Await.until("its client gives up, and the next is handled", () -> {
            try {
                send(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return handled.get() >= 2;
        });
    }

    @Test
    void closingTheRegistrationWaitsAtMostForDrainTimeout() throws Exception {
        bus.close();
        bus = open(LocalOptions.builder().drainTimeout(Duration.ofMillis(50)));
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        HandlerRegistration registration = bus.server().serve(batch -> {
            running.incrementAndGet();
            go.await();
            return CompletableFuture.completedFuture(batch.requests());
        });
        List<ClientTransaction<String>> sent = send(1);
        Await.until("it is handled", () -> running.get() == 1);
        registration.close();
        go.countDown();
        assertEquals(List.of("a"), sent.get(0).recvResponse(), "what has begun goes on");
    }

    @Test
    void anInterruptEndsTheWaitOfClosing() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        HandlerRegistration registration = bus.server().serve(batch -> {
            running.incrementAndGet();
            go.await();
            return CompletableFuture.completedFuture(batch.requests());
        });
        send(1);
        Await.until("it is handled", () -> running.get() == 1);
        Thread.currentThread().interrupt();
        registration.close();
        assertTrue(Thread.interrupted(), "the interrupt flag stays set");
        go.countDown();
    }

    @Test
    void requestsThatWaitAreLeftToTheNextHandler() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        HandlerRegistration first = bus.server()
                .serve(
                        batch -> {
                            running.incrementAndGet();
                            go.await();
                            return CompletableFuture.completedFuture(List.of("first"));
                        },
                        1);
        List<ClientTransaction<String>> sent = send(3);
        Await.until("one is handled", () -> running.get() == 1);
        Future<?> closing = CompletableFuture.runAsync(first::close);
        Await.until("it takes no more", () -> tryServe());
        assertEquals(List.of("second"), sent.get(1).recvResponse());
        assertEquals(List.of("second"), sent.get(2).recvResponse());
        assertFalse(closing.isDone());
        go.countDown();
        closing.get();
        assertEquals(List.of("first"), sent.get(0).recvResponse());
    }

    private boolean tryServe() {
        try {
            bus.server().serve(batch -> CompletableFuture.completedFuture(List.of("second")));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
