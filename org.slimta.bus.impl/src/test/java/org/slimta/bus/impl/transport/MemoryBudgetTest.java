package org.slimta.bus.impl.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.concurrent.ManualTimer;

/** Memory is counted, connections that wait for room get it, and those that use much and do not move release it. */
class MemoryBudgetTest {

    private static final long KIB = 1 << 10;
    private static final long LIMIT = 1 << 20;

    private final ManualTimer timer = new ManualTimer();
    private final List<Fake> all = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget(LIMIT, timer, each -> all.forEach(each::accept));

    private class Fake implements MemoryHolder {

        final MemoryBudget.Account account = budget.newAccount();
        long pendingBytes;
        boolean stalled;
        long start;
        int resumed;
        boolean reads;
        int probed;
        String givenUp;

        Fake() {
            all.add(this);
        }

        Fake arrive(long bytes) {
            account.add(bytes);
            pendingBytes += bytes;
            return this;
        }

        @Override
        public long pendingBytes() {
            return pendingBytes;
        }

        @Override
        public boolean isStalled(long bytes, long since) {
            return stalled && pendingBytes() > bytes;
        }

        @Override
        public long frameStart() {
            return start;
        }

        @Override
        public Set<PauseReason> pauseReasons() {
            return reads ? Set.of() : Set.of(PauseReason.MEMORY, PauseReason.QUEUE_FULL);
        }

        @Override
        public void resume() {
            resumed++;
            reads = true;
        }

        @Override
        public void probe() {
            probed++;
        }

        @Override
        public void giveUp(String why) {
            givenUp = why;
            account.close();
            pendingBytes = 0;
        }
    }

    private void pass(Duration time) {
        timer.advance(time);
        all.stream().filter(one -> one.reads).forEach(one -> {
            one.reads = false;
            if (budget.isUsedUpFor(one.pendingBytes)) {
                budget.resumeWhenThereIsRoom(one);
            }
        });
    }

    @Test
    void theLastOfTheRoomIsForConnectionsWithLittleMemory() {
        Fake large = new Fake().arrive(LIMIT - 2 * KIB);
        assertTrue(budget.isUsedUpFor(large.pendingBytes()));
        assertFalse(budget.isUsedUpFor(16 * KIB));
        large.arrive(2 * KIB);
        assertTrue(budget.isUsedUpFor(0));
        large.account.add(-LIMIT / 2);
        assertFalse(budget.isUsedUpFor(large.pendingBytes()));
        assertEquals(LIMIT / 2, budget.total());
    }

    @Test
    void connectionsAreResumedInOrderWhenThereIsRoom() {
        Fake large = new Fake().arrive(LIMIT);
        List<Fake> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(new Fake());
            budget.resumeWhenThereIsRoom(waiting.get(i));
        }
        budget.cancel(waiting.get(1));
        large.account.add(-LIMIT / 8 - 70 * KIB); // Room for two.
        assertEquals(
                List.of(1, 0, 1, 0), waiting.stream().map(one -> one.resumed).toList());
        large.account.close();
        assertEquals(
                List.of(1, 0, 1, 1), waiting.stream().map(one -> one.resumed).toList());
        assertEquals(0, budget.total());
    }

    /** Runs two actions at the same time, as nearly as possible, many times, and checks the outcome each time. */
    private static void race(int rounds, Runnable one, Runnable other, Runnable after) throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        Thread second = new Thread(() -> {
            for (int round = 1; round <= rounds; round++) {
                meet(arrived, 4 * round - 2);
                other.run();
                meet(arrived, 4 * round);
            }
        });
        second.setDaemon(true);
        second.start();
        for (int round = 1; round <= rounds; round++) {
            meet(arrived, 4 * round - 2);
            one.run();
            meet(arrived, 4 * round);
            after.run();
        }
        second.join();
    }

    private static void meet(AtomicInteger arrived, int all) {
        arrived.incrementAndGet();
        for (int i = 0; arrived.get() < all; i++) {
            if (i > 1000) {
                Thread.yield();
            }
        }
    }

    /** An empty account may exceed the limit; of additions at the same time only one may. */
    @Test
    void ofSimultaneousAdditionsToAnEmptyAccountOneExceedsTheLimit() throws Exception {
        new Fake().arrive(LIMIT);
        MemoryBudget.Account account = budget.newAccount();
        AtomicInteger passed = new AtomicInteger();
        Runnable add = () -> {
            if (account.tryAdd(KIB)) {
                passed.incrementAndGet();
            }
        };
        race(100_000, add, add, () -> {
            assertEquals(1, passed.getAndSet(0));
            assertEquals(KIB, account.bytes());
            assertEquals(LIMIT + KIB, budget.total());
            account.add(-KIB);
        });
    }

    /** An account that is closed while bytes are added to it is empty afterwards. */
    @Test
    void nothingIsLeftOfAnAccountThatIsClosedMeanwhile() throws Exception {
        new Fake().arrive(LIMIT);
        AtomicReference<MemoryBudget.Account> account = new AtomicReference<>(budget.newAccount());
        Runnable add = () -> {
            account.get().tryAdd(KIB);
            account.get().tryAdd(KIB);
        };
        race(100_000, add, () -> account.get().close(), () -> {
            assertEquals(LIMIT, budget.total());
            account.set(budget.newAccount());
        });
    }

    @Test
    void anActionRunsOnceAndNotIfItWasCancelled() {
        Fake large = new Fake().arrive(LIMIT);
        int[] told = {0, 0};
        Runnable one = () -> told[0]++;
        Runnable other = () -> told[1]++;
        budget.whenThereIsRoom(one);
        budget.whenThereIsRoom(one);
        budget.whenThereIsRoom(other);
        budget.cancel(other);
        assertEquals(0, told[0]);
        large.account.add(-1);
        large.account.add(-1);
        assertEquals(1, told[0]);
        assertEquals(0, told[1]);
    }

    @Test
    void anActionThatFailsWhenThereIsRoomDoesNotHarmOthers() {
        Fake large = new Fake().arrive(LIMIT);
        Fake waiting = new Fake();
        budget.resumeWhenThereIsRoom(waiting);
        budget.whenThereIsRoom(() -> {
            throw new IllegalStateException("on purpose");
        });
        try (CapturedLog log = new CapturedLog()) {
            large.account.close();
            assertTrue(log.text().contains("on purpose"), log.text());
        }
        assertEquals(1, waiting.resumed);
        assertEquals(0, budget.total());
        assertEquals(0, large.account.bytes());
    }

    @Test
    void stalledConnectionsAreGivenUpFirst() {
        Fake small = new Fake().arrive(10 * KIB);
        Fake moving = new Fake().arrive(114 * KIB);
        Fake stalled = new Fake().arrive(100 * KIB);
        Fake more = new Fake().arrive(800 * KIB);
        small.stalled = true;
        stalled.stalled = true;
        more.stalled = true;
        budget.resumeWhenThereIsRoom(moving);
        pass(Duration.ofMillis(100));
        assertEquals(1, moving.probed);
        moving.arrive(256 * KIB); // Into the additional room.
        budget.resumeWhenThereIsRoom(moving);
        pass(Duration.ofMillis(400));
        assertEquals(null, more.givenUp);
        pass(Duration.ofMillis(100));
        assertTrue(more.givenUp.endsWith("this connection holds 819200 of them and makes no progress"), more.givenUp);
        assertEquals(null, stalled.givenUp, "enough is free");
        assertEquals(null, small.givenUp);
        assertEquals(2, moving.resumed);
    }

    @Test
    void ifAllMoveTheNewestIsGivenUp() {
        Fake first = new Fake().arrive(500 * KIB);
        Fake second = new Fake().arrive(600 * KIB);
        first.start = timer.now() - 20;
        second.start = timer.now() - 10;
        budget.resumeWhenThereIsRoom(first);
        budget.resumeWhenThereIsRoom(second);
        for (int i = 0; i < 4; i++) {
            assertEquals(null, second.givenUp);
            pass(Duration.ofMillis(500));
            if (i == 0) {
                first.arrive(256 * KIB); // Into the additional room.
                budget.resumeWhenThereIsRoom(first);
                budget.resumeWhenThereIsRoom(second);
            }
        }
        assertTrue(second.givenUp.contains("all connections together hold 1388544 bytes"), second.givenUp);
        assertEquals(null, first.givenUp);
    }

    @Test
    void noConnectionIsGivenUpForRequestsInProcess() {
        Fake working = new Fake();
        working.account.add(LIMIT);
        Fake arriving = new Fake().arrive(100 * KIB);
        arriving.stalled = true;
        budget.resumeWhenThereIsRoom(arriving);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMillis(500));
        }
        assertEquals(null, arriving.givenUp);
        working.account.close();
        assertEquals(1, arriving.resumed);
        pass(Duration.ofMillis(500));
        pass(Duration.ofMillis(500));
        assertEquals(0, timer.pending(), "there is nothing to look after any more");
    }

    @Test
    void reportsTheMemoryAndWhyConnectionsAreNotRead() {
        new Fake().arrive(3 * KIB);
        new Fake().arrive(4 * KIB);
        new Fake().reads = true;
        BusDTO bus = new BusDTO();
        budget.report(bus);
        assertEquals(7 * KIB, bus.heldBytes);
        assertEquals(LIMIT, bus.memoryLimit);
        assertEquals(Map.of("memory", 2, "queue-full", 2), bus.notRead);
    }

    /** Their memory changes while connections are compared: the sorting of the JDK would notice. */
    @Test
    void changesDuringAComparisonDoNoHarm() {
        Random random = new Random(1);
        List<Fake> many = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Fake one = new Fake() {
                @Override
                public long pendingBytes() {
                    pendingBytes = Math.max(20 * KIB, pendingBytes + random.nextInt((int) (64 * KIB)) - 32 * KIB);
                    return pendingBytes;
                }

                @Override
                public void giveUp(String why) {
                    givenUp = why;
                }
            };
            one.pendingBytes = 20 * KIB + random.nextInt(1 << 20);
            one.account.add(20 * KIB); // Together more than the limit and the additional room.
            one.stalled = true;
            many.add(one);
        }
        for (int i = 0; i < 10; i++) {
            budget.resumeWhenThereIsRoom(many.get(0));
            pass(Duration.ofMillis(500));
        }
        assertTrue(many.stream().anyMatch(one -> one.givenUp != null));
    }

    /** Whatever is added, and whenever a connection is closed: the total is that of the open ones. */
    @Test
    void stress() throws Exception {
        MemoryBudget stressed = new MemoryBudget(LIMIT, new ManualTimer(), each -> {});
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 200; round++) {
            List<MemoryBudget.Account> accounts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                accounts.add(stressed.newAccount());
            }
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int seed = 4 * round + i;
                working.add(threads.submit(() -> {
                    Random random = new Random(seed);
                    for (int n = 0; n < 500; n++) {
                        MemoryBudget.Account account = accounts.get(random.nextInt(8));
                        long bytes = random.nextInt(100_000);
                        account.add(bytes);
                        if (random.nextInt(50) == 0) {
                            account.close();
                        }
                        account.add(-bytes);
                    }
                }));
            }
            for (Future<?> each : working) {
                each.get(20, TimeUnit.SECONDS);
            }
            accounts.forEach(account -> assertEquals(0, account.bytes()));
            assertEquals(0, stressed.total());
            accounts.forEach(MemoryBudget.Account::close);
        }
        threads.shutdownNow();
    }

    /**
     * Connections that wait while room comes and goes are all resumed in the end, once for each time that they waited.
     */
    @Test
    void noWakeUpIsLost() throws Exception {
        MemoryBudget stressed = new MemoryBudget(LIMIT, new ManualTimer(), each -> {});
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<?> filling = threads.submit(() -> {
            MemoryBudget.Account account = stressed.newAccount();
            for (int i = 0; i < 200_000; i++) {
                account.add(LIMIT);
                account.add(-LIMIT);
            }
        });
        AtomicLong times = new AtomicLong();
        Fake waiting = new Fake() {
            @Override
            public void resume() {
                times.incrementAndGet();
            }
        };
        long waited = 0;
        while (!filling.isDone() && waited < 200_000) {
            stressed.resumeWhenThereIsRoom(waiting);
            waited++;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (times.get() < waited && System.nanoTime() - deadline < 0) {
                Thread.onSpinWait();
            }
            assertEquals(waited, times.get());
        }
        filling.get(20, TimeUnit.SECONDS);
        threads.shutdownNow();
    }
}
