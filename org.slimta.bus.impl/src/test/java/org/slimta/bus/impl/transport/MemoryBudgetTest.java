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

/** What connections hold is counted, who waits for room gets it, and who holds much and does not move gives it up. */
class MemoryBudgetTest {

    private static final long KIB = 1 << 10;
    private static final long LIMIT = 1 << 20;

    private final ManualTimer timer = new ManualTimer();
    private final List<Fake> all = new ArrayList<>();
    private final MemoryBudget held =
            new MemoryBudget(LIMIT, timer, each -> all.forEach(each::accept));

    private class Fake implements MemoryBudget.Holder {

        final MemoryBudget.Account share = held.newAccount();
        long pendingBytes;
        boolean stuck;
        long start;
        int goneOn;
        boolean reads;
        int probed;
        String givenUp;

        Fake() {
            all.add(this);
        }

        Fake arrive(long bytes) {
            share.add(bytes);
            pendingBytes += bytes;
            return this;
        }

        @Override
        public long pendingBytes() {
            return pendingBytes;
        }

        @Override
        public boolean isStalled(long bytes, long since) {
            return stuck && pendingBytes() > bytes;
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
            goneOn++;
            reads = true;
        }

        @Override
        public void probe() {
            probed++;
        }

        @Override
        public void giveUp(String why) {
            givenUp = why;
            share.close();
            pendingBytes = 0;
        }
    }

    private void pass(Duration time) {
        timer.advance(time);
        all.stream().filter(one -> one.reads).forEach(one -> {
            one.reads = false;
            if (held.isUsedUpFor(one.pendingBytes)) {
                held.resumeWhenThereIsRoom(one);
            }
        });
    }

    @Test
    void theLastOfTheRoomIsForThoseThatHoldLittle() {
        Fake large = new Fake().arrive(LIMIT - 2 * KIB);
        assertTrue(held.isUsedUpFor(large.pendingBytes()));
        assertFalse(held.isUsedUpFor(16 * KIB));
        large.arrive(2 * KIB);
        assertTrue(held.isUsedUpFor(0));
        large.share.add(-LIMIT / 2);
        assertFalse(held.isUsedUpFor(large.pendingBytes()));
        assertEquals(LIMIT / 2, held.total());
    }

    @Test
    void whoWaitsGoesOnWhenThereIsRoomInTheOrderInWhichTheyCame() {
        Fake large = new Fake().arrive(LIMIT);
        List<Fake> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(new Fake());
            held.resumeWhenThereIsRoom(waiting.get(i));
        }
        held.cancel(waiting.get(1));
        large.share.add(-LIMIT / 8 - 70 * KIB); // Room for two.
        assertEquals(List.of(1, 0, 1, 0), waiting.stream().map(one -> one.goneOn).toList());
        large.share.close();
        assertEquals(List.of(1, 0, 1, 1), waiting.stream().map(one -> one.goneOn).toList());
        assertEquals(0, held.total());
    }

    /** Does two things at once, as nearly as can be, again and again, and looks at what came of it each time. */
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

    /** Whoever holds nothing may pass the limit; of those that come at the same time only one does. */
    @Test
    void ofThoseThatHoldNothingOnePassesTheLimit() throws Exception {
        new Fake().arrive(LIMIT);
        MemoryBudget.Account share = held.newAccount();
        AtomicInteger passed = new AtomicInteger();
        Runnable add = () -> {
            if (share.tryAdd(KIB)) {
                passed.incrementAndGet();
            }
        };
        race(100_000, add, add, () -> {
            assertEquals(1, passed.getAndSet(0));
            assertEquals(KIB, share.bytes());
            assertEquals(LIMIT + KIB, held.total());
            share.add(-KIB);
        });
    }

    /** What is closed while something is added to it holds nothing afterwards. */
    @Test
    void nothingIsLeftOfAShareThatIsClosedMeanwhile() throws Exception {
        new Fake().arrive(LIMIT);
        AtomicReference<MemoryBudget.Account> share = new AtomicReference<>(held.newAccount());
        Runnable add = () -> {
            share.get().tryAdd(KIB);
            share.get().tryAdd(KIB);
        };
        race(100_000, add, () -> share.get().close(), () -> {
            assertEquals(LIMIT, held.total());
            share.set(held.newAccount());
        });
    }

    @Test
    void whatWasToBeToldIsToldOnceAndNotWhenItIsForgotten() {
        Fake large = new Fake().arrive(LIMIT);
        int[] told = {0, 0};
        Runnable one = () -> told[0]++;
        Runnable other = () -> told[1]++;
        held.whenThereIsRoom(one);
        held.whenThereIsRoom(one);
        held.whenThereIsRoom(other);
        held.cancel(other);
        assertEquals(0, told[0]);
        large.share.add(-1);
        large.share.add(-1);
        assertEquals(1, told[0]);
        assertEquals(0, told[1]);
    }

    @Test
    void whoeverFailsWhenThereIsRoomIsNoHarmToOthers() {
        Fake large = new Fake().arrive(LIMIT);
        Fake waiting = new Fake();
        held.resumeWhenThereIsRoom(waiting);
        held.whenThereIsRoom(() -> {
            throw new IllegalStateException("on purpose");
        });
        try (CapturedLog log = new CapturedLog()) {
            large.share.close();
            assertTrue(log.text().contains("on purpose"), log.text());
        }
        assertEquals(1, waiting.goneOn);
        assertEquals(0, held.total());
        assertEquals(0, large.share.bytes());
    }

    @Test
    void thoseGoFirstThatCouldMoveAndDoNot() {
        Fake small = new Fake().arrive(10 * KIB);
        Fake moving = new Fake().arrive(114 * KIB);
        Fake stuck = new Fake().arrive(100 * KIB);
        Fake more = new Fake().arrive(800 * KIB);
        small.stuck = true;
        stuck.stuck = true;
        more.stuck = true;
        held.resumeWhenThereIsRoom(moving);
        pass(Duration.ofMillis(100));
        assertEquals(1, moving.probed);
        moving.arrive(256 * KIB); // What it is lent meanwhile.
        held.resumeWhenThereIsRoom(moving);
        pass(Duration.ofMillis(400));
        assertEquals(null, more.givenUp);
        pass(Duration.ofMillis(100));
        assertTrue(more.givenUp.endsWith("this connection holds 819200 of them and makes no progress"), more.givenUp);
        assertEquals(null, stuck.givenUp, "enough is free");
        assertEquals(null, small.givenUp);
        assertEquals(2, moving.goneOn);
    }

    @Test
    void ifAllMoveTheLastThatCameGoes() {
        Fake first = new Fake().arrive(500 * KIB);
        Fake second = new Fake().arrive(600 * KIB);
        first.start = timer.now() - 20;
        second.start = timer.now() - 10;
        held.resumeWhenThereIsRoom(first);
        held.resumeWhenThereIsRoom(second);
        for (int i = 0; i < 4; i++) {
            assertEquals(null, second.givenUp);
            pass(Duration.ofMillis(500));
            if (i == 0) {
                first.arrive(256 * KIB); // What they are lent meanwhile.
                held.resumeWhenThereIsRoom(first);
                held.resumeWhenThereIsRoom(second);
            }
        }
        assertTrue(second.givenUp.contains("all connections together hold 1388544 bytes"), second.givenUp);
        assertEquals(null, first.givenUp);
    }

    @Test
    void nobodyIsGivenUpForWhatIsWorkedOn() {
        Fake working = new Fake();
        working.share.add(LIMIT);
        Fake arriving = new Fake().arrive(100 * KIB);
        arriving.stuck = true;
        held.resumeWhenThereIsRoom(arriving);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMillis(500));
        }
        assertEquals(null, arriving.givenUp);
        working.share.close();
        assertEquals(1, arriving.goneOn);
        pass(Duration.ofMillis(500));
        pass(Duration.ofMillis(500));
        assertEquals(0, timer.pending(), "there is nothing to look after any more");
    }

    @Test
    void itTellsHowMuchIsHeldAndWhyConnectionsAreNotRead() {
        new Fake().arrive(3 * KIB);
        new Fake().arrive(4 * KIB);
        new Fake().reads = true;
        BusDTO bus = new BusDTO();
        held.report(bus);
        assertEquals(7 * KIB, bus.heldBytes);
        assertEquals(LIMIT, bus.memoryLimit);
        assertEquals(Map.of("memory", 2, "queue-full", 2), bus.notRead);
    }

    /** While they are compared what they hold changes: Java's sorting would notice. */
    @Test
    void whatChangesWhileItIsComparedIsNoHarm() {
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
            one.share.add(20 * KIB); // More together than all that may be, and is lent.
            one.stuck = true;
            many.add(one);
        }
        for (int i = 0; i < 10; i++) {
            held.resumeWhenThereIsRoom(many.get(0));
            pass(Duration.ofMillis(500));
        }
        assertTrue(many.stream().anyMatch(one -> one.givenUp != null));
    }

    /** Whatever is added, and whenever a connection is closed: what is left is what the open ones hold. */
    @Test
    void stress() throws Exception {
        MemoryBudget stressed = new MemoryBudget(LIMIT, new ManualTimer(), each -> {});
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 200; round++) {
            List<MemoryBudget.Account> shares = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                shares.add(stressed.newAccount());
            }
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int seed = 4 * round + i;
                working.add(threads.submit(() -> {
                    Random random = new Random(seed);
                    for (int n = 0; n < 500; n++) {
                        MemoryBudget.Account share = shares.get(random.nextInt(8));
                        long bytes = random.nextInt(100_000);
                        share.add(bytes);
                        if (random.nextInt(50) == 0) {
                            share.close();
                        }
                        share.add(-bytes);
                    }
                }));
            }
            for (Future<?> each : working) {
                each.get(20, TimeUnit.SECONDS);
            }
            shares.forEach(share -> assertEquals(0, share.bytes()));
            assertEquals(0, stressed.total());
            shares.forEach(MemoryBudget.Account::close);
        }
        threads.shutdownNow();
    }

    /** Those that wait while room comes and goes all go on in the end, each once for each time that it waited. */
    @Test
    void noWakeUpIsLost() throws Exception {
        MemoryBudget stressed = new MemoryBudget(LIMIT, new ManualTimer(), each -> {});
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<?> filling = threads.submit(() -> {
            MemoryBudget.Account share = stressed.newAccount();
            for (int i = 0; i < 200_000; i++) {
                share.add(LIMIT);
                share.add(-LIMIT);
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
