package org.slimta.bus.impl.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.concurrent.ManualTimer;

/** The count stays right, and no connection waits for ever, whatever several threads do at once. */
class MemoryBudgetRaceTest extends MemoryBudgetFixture {

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
    void ofTheConnectionsThatHoldNothingOnePassesTheLimit() throws Exception {
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
            assertEquals(KIB, share.own());
            assertEquals(LIMIT + KIB, held.total());
            share.add(-KIB);
        });
    }

    /** What is closed while something is added to it holds nothing afterwards. */
    @Test
    void nothingIsLeftOfAnAccountThatIsClosedMeanwhile() throws Exception {
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

    /** While they are compared what they hold changes: Java's sorting would notice. */
    @Test
    void holdersMayChangeWhileTheyAreCompared() {
        Random random = new Random(1);
        List<Fake> many = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Fake one = new Fake() {
                @Override
                public long onItsWay() {
                    onItsWay = Math.max(20 * KIB, onItsWay + random.nextInt((int) (64 * KIB)) - 32 * KIB);
                    return onItsWay;
                }

                @Override
                public void giveUp(String why) {
                    givenUp = why;
                }
            };
            one.onItsWay = 20 * KIB + random.nextInt(1 << 20);
            one.share.add(20 * KIB); // More together than all that may be, and is lent.
            one.stuck = true;
            many.add(one);
        }
        for (int i = 0; i < 10; i++) {
            held.await(many.get(0));
            pass(Duration.ofMillis(500));
        }
        assertTrue(many.stream().anyMatch(one -> one.givenUp != null));
    }

    /** Whatever is added, and whenever a connection is closed: what is left is what the open ones hold. */
    @Test
    void whatIsLeftIsWhatTheOpenConnectionsHold() throws Exception {
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
            shares.forEach(share -> assertEquals(0, share.own()));
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
            public void goOn() {
                times.incrementAndGet();
            }
        };
        long waited = 0;
        while (!filling.isDone() && waited < 200_000) {
            stressed.await(waiting);
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
