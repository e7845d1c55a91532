package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is in flight, by number: each is taken once. */
class InFlightTest {

    @Test
    void givesEachOnceByItsNumber() {
        InFlight<String> inFlight = new InFlight<>(4);
        inFlight.put(1, "a");
        inFlight.put(2, "b");
        assertEquals(2, inFlight.size());
        assertEquals("a", inFlight.take(1));
        assertNull(inFlight.take(1));
        assertNull(inFlight.take(3));
        assertEquals("b", inFlight.take(2));
        assertEquals(0, inFlight.size());
    }

    @Test
    void numbersWhosePlaceIsTakenAreFoundToo() {
        InFlight<Long> inFlight = new InFlight<>(1);
        for (long tx = 1; tx <= 100; tx++) {
            inFlight.put(tx, tx);
        }
        assertEquals(100, inFlight.size());
        for (long tx = 100; tx >= 1; tx--) {
            assertEquals(tx, inFlight.take(tx));
        }
        assertEquals(0, inFlight.size());
    }

    @Test
    void aNumberThatHasThePlaceOfAnotherIsNotTakenForIt() {
        InFlight<String> inFlight = new InFlight<>(1);
        inFlight.put(1, "a");
        assertNull(inFlight.take(1 + 4096));
        assertNull(inFlight.take(Long.MIN_VALUE + 1));
        assertEquals("a", inFlight.take(1));
    }

    @Test
    void givesAllThatAreThere() {
        InFlight<Long> inFlight = new InFlight<>(2);
        Set<Long> put = new HashSet<>();
        for (long tx = 10; tx < 60; tx++) {
            inFlight.put(tx, tx);
            put.add(tx);
        }
        assertEquals(put, new HashSet<>(inFlight.takeAll()));
        assertEquals(0, inFlight.size());
        assertEquals(List.of(), inFlight.takeAll());
    }

    @Test
    void ofManyWhoTakeOneGetsIt() throws Exception {
        InFlight<Long> inFlight = new InFlight<>(64);
        int count = 50_000;
        Set<Long> taken = ConcurrentHashMap.newKeySet();
        AtomicInteger doubled = new AtomicInteger();
        Thread[] threads = new Thread[3];
        for (int t = 0; t < threads.length; t++) {
            boolean all = t == 2;
            threads[t] = new Thread(() -> {
                while (taken.size() < count) {
                    if (all) {
                        inFlight.takeAll().forEach(tx -> note(taken, doubled, tx));
                    }
                    for (long tx = Math.max(1, taken.size() - 200); tx <= Math.min(count, taken.size() + 200); tx++) {
                        note(taken, doubled, inFlight.take(tx));
                    }
                }
            });
            threads[t].start();
        }
        for (long tx = 1; tx <= count; tx++) {
            inFlight.put(tx, tx);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, doubled.get());
        assertEquals(0, inFlight.size());
    }

    private static void note(Set<Long> taken, AtomicInteger doubled, Long tx) {
        if (tx != null && !taken.add(tx)) {
            doubled.incrementAndGet();
        }
    }
}
