package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InFlightTest {

    @Test
    void eachIsTakenOnceWhetherItsPlaceWasFreeOrNot() {
        InFlight<String> inFlight = new InFlight<>(2);
        for (long tx = 1; tx <= 1000; tx++) {
            inFlight.put(tx, "t" + tx);
        }
        assertEquals(1000, inFlight.size());
        for (long tx = 1; tx <= 1000; tx += 2) {
            assertEquals("t" + tx, inFlight.take(tx));
            assertNull(inFlight.take(tx));
        }
        assertNull(inFlight.take(2000));
        assertEquals(500, inFlight.size());
        Set<String> rest = new TreeSet<>(inFlight.takeAll());
        assertEquals(500, rest.size());
        assertTrue(rest.contains("t1000"));
        assertEquals(0, inFlight.size());
        assertEquals(List.of(), inFlight.takeAll());
    }

    @Test
    void aTransactionThatWasTakenIsNotKept() {
        InFlight<byte[]> inFlight = new InFlight<>(1);
        for (long tx = 1; tx <= 4000; tx++) {
            inFlight.put(tx, new byte[1 << 20]); // 4 GB together.
            inFlight.put(tx + 4000, new byte[1]);
            assertEquals(1 << 20, inFlight.take(tx).length);
            assertEquals(1, inFlight.take(tx + 4000).length);
        }
    }

    /** Some threads put in and take out, another one takes all now and then: each comes out once, and the count is right. */
    @Test
    void ofSeveralThreadsThatTakeATransactionOneGetsIt() throws Exception {
        InFlight<Long> inFlight = new InFlight<>(4);
        Set<Long> out = ConcurrentHashMap.newKeySet();
        AtomicLong twice = new AtomicLong();
        AtomicLong next = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        CyclicBarrier barrier = new CyclicBarrier(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean takesAll = i == 0;
            Thread thread = new Thread(() -> {
                try {
                    barrier.await(20, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                Random random = new Random();
                while (takesAll ? !over.get() : next.get() < 300_000) {
                    if (takesAll) {
                        inFlight.takeAll().forEach(each -> count(each, out, twice));
                        continue;
                    }
                    long tx = next.incrementAndGet();
                    inFlight.put(tx, tx);
                    Long taken = inFlight.take(tx - random.nextInt(8));
                    if (taken != null) {
                        count(taken, out, twice);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads.subList(1, 4)) {
            thread.join();
        }
        over.set(true);
        threads.get(0).join();
        inFlight.takeAll().forEach(each -> count(each, out, twice));
        assertEquals(0, twice.get());
        assertEquals(next.get(), out.size());
        assertEquals(0, inFlight.size());
    }

    private static void count(Long taken, Set<Long> out, AtomicLong twice) {
        if (!out.add(taken)) {
            twice.incrementAndGet();
        }
    }
}
