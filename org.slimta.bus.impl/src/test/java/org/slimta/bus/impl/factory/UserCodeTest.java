package org.slimta.bus.impl.factory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What users attach to responses may block, throw, interrupt and send again: it costs its own transaction at most. */
class UserCodeTest {

    private static final int BLOCKED = 64;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        factory.close();
    }

    private BusServer<String, String> server() throws BusException {
        return factory.newServer("127.0.0.1", 0, String.class, String.class);
    }

    private BusClient<String, String> client(BusServer<String, String> server, Duration responseTimeout) {
        return factory.newClient(
                "127.0.0.1",
                server.address().getPort(),
                String.class,
                String.class,
                ClientOptions.builder().responseTimeout(responseTimeout).build());
    }

    private LocalBus<String, String> local() {
        return factory.newLocal(LocalOptions.builder().build());
    }

    private void block() {
        boolean interrupted = false;
        try {
            release.await();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void blockCallbacksOf(BusClient<String, String> client) throws Exception {
        CountDownLatch blocked = new CountDownLatch(BLOCKED);
        for (int i = 0; i < BLOCKED; i++) {
            // What is attached after the response has come runs on the thread that attaches it: so each has its own.
            Thread thread = new Thread(() -> {
                try {
                    client.sendRequest(List.of("a")).response().thenRun(() -> {
                        blocked.countDown();
                        block();
                    });
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        assertTrue(blocked.await(20, TimeUnit.SECONDS), blocked.getCount() + " callbacks do not run");
    }

    @Test
    void callbacksThatBlockHoldUpNeitherTheirOwnBusNorAnother() throws Exception {
        BusServer<String, String> server = server();
        EchoServer.of(server).start();
        BusClient<String, String> blocked = client(server, Duration.ofSeconds(20));
        blockCallbacksOf(blocked);

        assertEquals(
                List.of("own"),
                blocked.sendRequest(List.of("own"))
                        .response()
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS));
        BusServer<String, String> silent = server();
        BusClient<String, String> other = client(silent, Duration.ofMillis(100));
        BusException failure = (BusException) other.sendRequest(List.of("other"))
                .response()
                .handle((responses, e) -> e)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertEquals(BusException.Reason.TIMEOUT, failure.reason());
    }

    @Test
    void callbacksOfALocalBusThatBlockDoNotHoldUpItsServer() throws Exception {
        LocalBus<String, String> bus = local();
        EchoServer.of(bus.server()).start();
        blockCallbacksOf(bus.client());
        assertEquals(List.of("b"), bus.client().sendRequest(List.of("b")).recvResponse());
    }

    @Test
    void callbacksThatSendAgainAreNeverInEachOthersWay() throws Exception {
        BusServer<String, String> server = server();
        EchoServer.of(server).start();
        loop(client(server, Duration.ofSeconds(20)), 300, 20);
    }

    @Test
    void callbacksOfALocalBusMaySendAgainThoughItsQueueIsFull() throws Exception {
        LocalBus<String, String> bus = factory.newLocal(LocalOptions.builder()
                .queueSize(2)
                .sendTimeout(Duration.ofSeconds(20))
                .build());
        EchoServer.of(bus.server()).start();
        loop(bus.client(), 30, 20);
    }

    private static void loop(BusClient<String, String> client, int loops, int rounds) throws Exception {
        CountDownLatch done = new CountDownLatch(loops);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> starting = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            Thread thread = new Thread(() -> next(client, rounds, done, failed));
            starting.add(thread);
            thread.start();
        }
        for (Thread thread : starting) {
            thread.join();
        }
        assertTrue(done.await(60, TimeUnit.SECONDS), done.getCount() + " loops do not end");
        assertNull(failed.get());
    }

    private static void next(
            BusClient<String, String> client, int rounds, CountDownLatch done, AtomicReference<Throwable> failed) {
        if (rounds == 0) {
            done.countDown();
            return;
        }
        try {
            client.sendRequest(List.of("a")).response().whenComplete((responses, failure) -> {
                if (failure == null) {
                    next(client, rounds - 1, done, failed);
                } else {
                    failed.set(failure);
                    done.countDown();
                }
            });
        } catch (InterruptedException e) {
            failed.set(e);
            done.countDown();
        }
    }

    @Test
    void aCallbackThatLeavesItsThreadInterruptedDoesNotSpoilThoseAfterIt() throws Exception {
        LocalBus<String, String> bus = local();
        AtomicInteger spoiled = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Void> told = bus.client()
                    .sendRequest(List.of("a"))
                    .response()
                    .thenRun(() -> {
                        if (Thread.currentThread().isInterrupted()) {
                            spoiled.incrementAndGet();
                        }
                        Thread.currentThread().interrupt();
                    })
                    .toCompletableFuture();
            bus.server().recvRequest().sendResponse(List.of("b")); // Not before there is a callback to be run.
            told.get(20, TimeUnit.SECONDS);
        }
        assertEquals(0, spoiled.get());
    }
}
