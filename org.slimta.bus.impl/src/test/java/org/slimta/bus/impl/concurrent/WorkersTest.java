package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.fixture.Await;

/** Each task runs once, on few threads, which keep nothing of it and which only their owner ends. */
class WorkersTest extends WorkersFixture {

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
            Await.until("task " + number + " runs", () -> done.get() == number);
        }
        assertTrue(used.size() <= 2, used.size() + " threads");
    }

    @Test
    void aTaskThatComesAfterClosingRunsThoughThreadsWereIdle() {
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
        Await.until("are idle", () -> workers.active() == 0);
        workers.close();
        Queue<Thread> used = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 5; i++) {
            workers.execute(() -> used.add(Thread.currentThread()));
        }
        Await.until("all run", () -> used.size() == 5);
        assertFalse(used.contains(Thread.currentThread()), "on threads of their own");
        Await.until("and rest", () -> workers.active() == 0 && workers.count() == 0);
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
        workers(
                1,
                task -> died.get() == 3
                        ? daemons.newThread(task)
                        : new Thread(task) {
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
        Await.until("both run", () -> seen.size() == 2);
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
        Await.until("all have run", () -> done.getCount() == 0);
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
        Await.until("it sleeps", () -> !used.isEmpty() && used.peek().getState() == Thread.State.TIMED_WAITING);
        Thread thread = used.peek();
        assertFalse(thread.isInterrupted());
        thread.interrupt();
        Await.until(
                "it sleeps again", () -> !thread.isInterrupted() && thread.getState() == Thread.State.TIMED_WAITING);
        workers.execute(() -> used.add(Thread.currentThread()));
        Await.until("it runs what comes", () -> used.size() == 2);
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
    void aTaskThatThrowsEndsNothing() {
        workers(1, daemons);
        AtomicInteger done = new AtomicInteger();
        try (CapturedLog log = new CapturedLog()) {
            workers.execute(() -> {
                throw new StackOverflowError("too deep");
            });
            workers.execute(done::incrementAndGet);
            Await.until("the next runs", () -> done.get() == 1);
            log.await("too deep");
        }
    }

    @Test
    void aTaskThatWaitsBehindBlockedOnesRunsWhenTheWorkersAreClosed() {
        workers(100, daemons);
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            workers.execute(() -> {
                done.incrementAndGet();
                block();
            });
        }
        workers.close();
        Await.until("all run", () -> done.get() == 20);
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
        Semaphore go = new Semaphore(0);
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
                            go.acquireUninterruptibly(); // It waits for a task that is given later.
                        } else if (number % 501 == 250) {
                            go.release();
                        }
                    });
                }
            });
            threads[s].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Await.until("all run", () -> {
            for (AtomicInteger run : runs) {
                if (run.get() != 1) {
                    return false;
                }
            }
            return true;
        });
        Await.until("all rest", () -> stressed.active() == 0);
        stressed.close();
        real.close();
    }
}
