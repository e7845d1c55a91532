package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;

/** Threads that grow when all are blocked, and that nothing but their owner ends. */
class WorkersTest {

    private final ManualTimer timer = new ManualTimer();
    private final DaemonThreads daemons = new DaemonThreads("workers-test-");
    private final CountDownLatch release = new CountDownLatch(1);
    private Workers workers;

    private Workers workers(int most, ThreadFactory factory) {
        return workers(most, factory, factory);
    }

    private Workers workers(int most, ThreadFactory factory, ThreadFactory spare) {
        workers = new Workers(most, factory, spare, timer, new DeferredFlushes(timer));
        return workers;
    }

    @AfterEach
    void close() {
        release.countDown();
        workers.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, what);
            Thread.yield();
        }
    }

    /** Lets time pass for the workers until something has come true. */
    private void advanceUntil(String what, BooleanSupplier condition) {
        await(what, () -> {
            timer.advance(Duration.ofMillis(2));
            return condition.getAsBoolean();
        });
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shortTasksShareOneThread() {
        workers(100, daemons);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        AtomicInteger done = new AtomicInteger();
        for (int i = 1; i <= 1000; i++) {
            int number = i;
            workers.execute(() -> {
                used.add(Thread.currentThread());
                done.incrementAndGet();
            });
            await("task " + number + " runs", () -> done.get() == number);
        }
        assertTrue(used.size() <= 2, used.size() + " threads");
    }

    @Test
    void asManyTasksAsThereMayBeBlockAtOnce() {
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
        await("all run", () -> blocked.get() == 300);
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
        await("those that were started at once are blocked", () ->
                first.size() == workers.active() && first.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
        timer.advance(Duration.ofMillis(2));
        await("all 64 run", () -> blocked.get() == 64);
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
            await("task " + number + " has run", () -> done.get() == number && workers.active() == 8);
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
        await("all rest", () -> workers.active() == 0);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        for (int i = 1; i <= 1000; i++) {
            int number = i;
            workers.execute(() -> used.add(Thread.currentThread()));
            await("task " + number + " has run", () -> workers.active() == 0);
        }
        used.retainAll(spares);
        assertEquals(Set.of(), used);
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

    @Test
    void whatComesAfterClosingRunsThoughThreadsWereIdle() {
        workers(64, daemons);
        AtomicInteger blocked = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            workers.execute(() -> {
                blocked.incrementAndGet();
                block();
            });
        }
        advanceUntil("three threads", () -> blocked.get() == 3);
        release.countDown();
        await("are idle", () -> workers.active() == 0);
        workers.close();
        Queue<Thread> used = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 5; i++) {
            workers.execute(() -> used.add(Thread.currentThread()));
        }
        await("all run", () -> used.size() == 5);
        assertFalse(used.contains(Thread.currentThread()), "on threads of their own");
        await("and rest", () -> workers.active() == 0 && workers.count() == 0);
    }

    /** Nobody looks any more whether a task waits behind another. */
    @Test
    void eachTaskThatComesAfterClosingHasAThread() throws Exception {
        workers(1, daemons);
        for (int round = 0; round < 300; round++) {
            Workers closed = new Workers(64, daemons, daemons, timer, new DeferredFlushes(timer));
            closed.close();
            CountDownLatch begun = new CountDownLatch(4);
            CountDownLatch end = new CountDownLatch(1);
            Thread[] senders = new Thread[4];
            for (int i = 0; i < senders.length; i++) {
                senders[i] = new Thread(() -> closed.execute(() -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                senders[i].start();
            }
            assertTrue(begun.await(20, TimeUnit.SECONDS), "all four run at once, round " + round);
            end.countDown();
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    @Test
    void aThreadThatDiesDoesNotCount() {
        AtomicInteger died = new AtomicInteger();
        workers(1, task -> died.get() == 3 ? daemons.newThread(task) : new Thread(task) {
            @Override
            public ClassLoader getContextClassLoader() {
                died.incrementAndGet();
                throw new IllegalStateException("no loader");
            }

            @Override
            public UncaughtExceptionHandler getUncaughtExceptionHandler() {
                return (thread, e) -> {};
            }
        });
        AtomicInteger done = new AtomicInteger();
        workers.execute(done::incrementAndGet);
        advanceUntil("it runs on another", () -> done.get() == 1);
    }

    @Test
    void noTaskLeavesItsClassLoaderToTheNext() throws Exception {
        workers(1, daemons);
        ClassLoader own = new URLClassLoader(new URL[0]);
        Queue<ClassLoader> seen = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 2; i++) {
            workers.execute(() -> {
                seen.add(Thread.currentThread().getContextClassLoader());
                Thread.currentThread().setContextClassLoader(own);
            });
        }
        await("both run", () -> seen.size() == 2);
        assertFalse(seen.contains(own));
    }

    @Test
    void aTaskBeginsWithoutAnInterruptFlagWhateverTheOneBeforeHasDone() {
        workers(1, daemons);
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            workers.execute(() -> {
                if (Thread.interrupted()) {
                    interrupted.incrementAndGet();
                }
                Thread.currentThread().interrupt();
                done.countDown();
            });
        }
        await("all have run", () -> done.getCount() == 0);
        assertEquals(0, interrupted.get());
    }

    @Test
    void anIdleThreadThatIsInterruptedSleepsOn() {
        workers(1, daemons);
        Queue<Thread> used = new ConcurrentLinkedQueue<>();
        workers.execute(() -> {
            used.add(Thread.currentThread());
            Thread.currentThread().interrupt();
        });
        await("it sleeps", () -> !used.isEmpty() && used.peek().getState() == Thread.State.TIMED_WAITING);
        Thread thread = used.peek();
        assertFalse(thread.isInterrupted());
        thread.interrupt();
        await("it sleeps again", () -> !thread.isInterrupted() && thread.getState() == Thread.State.TIMED_WAITING);
        workers.execute(() -> used.add(Thread.currentThread()));
        await("it runs what comes", () -> used.size() == 2);
        assertTrue(used.stream().allMatch(one -> one == thread));
    }

    @Test
    void threadsThatCannotBeStartedAreTriedAgain() {
        AtomicBoolean none = new AtomicBoolean(true);
        workers(4, task -> {
            if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return daemons.newThread(task);
        });
        AtomicInteger done = new AtomicInteger();
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 10; i++) {
                workers.execute(done::incrementAndGet);
            }
            for (int i = 0; i < 10; i++) {
                timer.advance(Duration.ofMillis(2));
            }
            assertEquals(0, done.get());
            assertEquals(0, workers.active());
            log.await("Cannot start a thread");
        }
        none.set(false);
        advanceUntil("all run once there are threads", () -> done.get() == 10);
    }

    @Test
    void whatATaskThrowsEndsNothing() {
        workers(1, daemons);
        AtomicInteger done = new AtomicInteger();
        try (CapturedLog log = new CapturedLog()) {
            workers.execute(() -> {
                throw new StackOverflowError("too deep");
            });
            workers.execute(done::incrementAndGet);
            await("the next runs", () -> done.get() == 1);
            log.await("too deep");
        }
    }

    @Test
    void whatWaitsBehindBlockedTasksRunsWhenTheWorkersAreClosed() {
        workers(100, daemons);
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            workers.execute(() -> {
                done.incrementAndGet();
                block();
            });
        }
        workers.close();
        await("all run", () -> done.get() == 20);
    }

    /** Tasks of all kinds from many threads, while the time goes on: each runs once. */
    @Test
    void eachTaskRunsOnceWhateverTheOthersDo() throws Exception {
        Threads real = new Threads();
        Workers stressed = real.newWorkers("stress-", 50);
        workers(1, daemons);
        int senders = 4;
        int tasks = 20_000;
        AtomicInteger[] runs = new AtomicInteger[senders * tasks];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = new AtomicInteger();
        }
        Thread[] threads = new Thread[senders];
        for (int s = 0; s < senders; s++) {
            int from = s * tasks;
            threads[s] = new Thread(() -> {
                for (int i = from; i < from + tasks; i++) {
                    int number = i;
                    stressed.execute(() -> {
                        runs[number].incrementAndGet();
                        if (number % 1000 == 0) {
                            Thread.currentThread().interrupt();
                        } else if (number % 501 == 0) {
                            sleepAMillisecond();
                        }
                    });
                }
            });
            threads[s].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await("all run", () -> {
            for (AtomicInteger run : runs) {
                if (run.get() != 1) {
                    return false;
                }
            }
            return true;
        });
        await("all rest", () -> stressed.active() == 0);
        stressed.close();
        real.close();
    }

    private static void sleepAMillisecond() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
