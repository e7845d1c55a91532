package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.fixture.Await;

/** There are more threads when all are blocked. */
class BlockedWorkersTest extends WorkersFixture {

    @Test
    void asManyTasksAsThereMayBeThreadsBlockAtOnce() {
        workers(256, daemons);
        AtomicInteger blocked = new AtomicInteger();
        for (int i = 0; i < 300; i++) {
            workers.execute(() -> {
                blocked.incrementAndGet();
                block();
            });
        }
        advanceUntil("256 run", () -> blocked.get() >= 256);
        for (int i = 0; i < 100; i++) {
            timer.advance(Duration.ofMillis(2));
        }
        assertEquals(256, blocked.get());
        assertEquals(256, workers.active());
        release.countDown();
        Await.until("all run", () -> blocked.get() == 300);
    }

    /** A check that starts thousands of threads would hold up the timer. */
    @Test
    void oneCheckIsEnoughForAllThatWait() {
        workers(64, daemons);
        AtomicInteger blocked = new AtomicInteger();
        Queue<Thread> first = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 64; i++) {
            workers.execute(() -> {
                first.add(Thread.currentThread());
                blocked.incrementAndGet();
                block();
            });
        }
        Await.until(
                "those that were started at once are blocked",
                () -> first.size() == workers.active()
                        && first.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
        timer.advance(Duration.ofMillis(2));
        Await.until("all 64 run", () -> blocked.get() == 64);
    }

    /** Once it is known that all are blocked nobody waits for the next check. */
    @Test
    void aTaskThatFindsAllBlockedGetsAThreadAtOnce() {
        AtomicInteger made = new AtomicInteger();
        workers(64, task -> {
            made.incrementAndGet();
            return daemons.newThread(task);
        });
        AtomicInteger blocked = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            workers.execute(() -> {
                blocked.incrementAndGet();
                block();
            });
        }
        advanceUntil("all are blocked", () -> blocked.get() == 8);
        advanceUntil("and rest", () -> workers.blocked() == 8);
        runOneByOne(64); // Threads that were wanted for the eight may still come.
        int before = made.get();
        runOneByOne(10);
        assertEquals(before, made.get(), "threads");
    }

    private void runOneByOne(int tasks) {
        AtomicInteger done = new AtomicInteger();
        for (int i = 1; i <= tasks; i++) {
            int number = i;
            workers.execute(done::incrementAndGet);
            Await.until("task " + number + " has run", () -> done.get() == number && workers.active() == 8);
        }
    }

    /** They cost more, and there would be more threads than processors for good. */
    @Test
    void threadsThatStoodInForBlockedOnesRestAfterwards() {
        int processors = Runtime.getRuntime().availableProcessors();
        Set<Thread> spares = ConcurrentHashMap.newKeySet();
        workers(64, daemons, task -> {
            Thread thread = daemons.newThread(task);
            spares.add(thread);
            return thread;
        });
        AtomicInteger blocked = new AtomicInteger();
        for (int i = 0; i < processors + 8; i++) {
            workers.execute(() -> {
                blocked.incrementAndGet();
                block();
            });
        }
        advanceUntil("all are blocked", () -> blocked.get() == processors + 8);
        assertTrue(spares.size() >= 8, "the first threads are others");
        release.countDown();
        Await.until("all rest", () -> workers.active() == 0);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        for (int i = 1; i <= 1000; i++) {
            int number = i;
            workers.execute(() -> used.add(Thread.currentThread()));
            Await.until("task " + number + " has run", () -> workers.active() == 0);
        }
        used.retainAll(spares);
        assertEquals(Set.of(), used);
    }

    /** On a busy machine, the next ones are started before the first one runs. */
    @Test
    void onlyAsManyThreadsAsThereAreProcessorsAreNotSpareEvenIfAllOfThemStartLate() {
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger spares = new AtomicInteger();
        workers(processors + 8, late(first), late(spares));
        AtomicInteger run = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            workers.execute(run::incrementAndGet);
        }
        advanceUntil("a spare thread is started too", () -> spares.get() > 0);
        assertEquals(processors, first.get(), "the first threads");
        release.countDown();
        Await.until("all have run", () -> run.get() == 10);
    }

    private ThreadFactory late(AtomicInteger made) {
        return task -> {
            made.incrementAndGet();
            return daemons.newThread(() -> {
                block();
                task.run();
            });
        };
    }

    /** A thread that waits in native code looks as if it were running. */
    @Test
    void tasksThatReadFromASilentPeerCountAsBlocked() throws Exception {
        workers(64, daemons);
        AtomicInteger reading = new AtomicInteger();
        try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 64; i++) {
                Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort());
                sockets.add(socket);
                workers.execute(() -> {
                    reading.incrementAndGet();
                    try {
                        socket.getInputStream().read();
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
            }
            advanceUntil("all 64 read", () -> reading.get() == 64);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
