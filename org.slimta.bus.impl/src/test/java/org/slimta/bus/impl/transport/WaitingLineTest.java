package org.slimta.bus.impl.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitingLineTest {

    private final WaitingLine<String> line = new WaitingLine<>();

    @Test
    void firstComeFirstServed() {
        assertTrue(line.isEmpty());
        assertNull(line.poll());
        line.add("a");
        line.add("b");
        line.add("a");
        line.add("c");
        assertEquals(List.of("a", "b", "c"), line.toList());
        assertEquals("a", line.poll());
        line.add("a");
        assertEquals(List.of("b", "c", "a"), line.toList());
        line.remove("c");
        line.remove("nobody");
        assertEquals("b", line.poll());
        line.requeue("b");
        line.add("b");
        assertEquals(List.of("b", "a"), line.toList());
        line.remove("b");
        assertEquals("a", line.poll());
        assertTrue(line.isEmpty());
    }

    /**
     * The cost of leaving matters when thousands of connections are closed at once: it does not grow with the queue.
     */
    @Test
    void leavingDoesNotCompareWithOthers() {
        AtomicInteger looks = new AtomicInteger();
        record Waiting(int number, AtomicInteger looks) {

            @Override
            public boolean equals(Object other) {
                looks.incrementAndGet();
                return this == other;
            }

            @Override
            public int hashCode() {
                return number;
            }
        }
        WaitingLine<Waiting> many = new WaitingLine<>();
        List<Waiting> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(new Waiting(i, looks));
            many.add(all.get(i));
        }
        looks.set(0);
        for (int i = all.size() - 1; i >= 0; i--) {
            many.remove(all.get(i));
        }
        assertTrue(many.isEmpty());
        assertTrue(looks.get() <= all.size(), () -> looks + " comparisons");
    }

    @Test
    void stress() throws Exception {
        WaitingLine<Integer> stressed = new WaitingLine<>();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int thread = i;
            working.add(threads.submit(() -> {
                Random random = new Random(thread);
                for (int n = 0; n < 50_000; n++) {
                    Integer own = thread * 50_000 + n;
                    stressed.add(own);
                    Integer first = stressed.poll();
                    if (first != null && random.nextInt(4) == 0) {
                        stressed.requeue(first);
                    } else if (first != null) {
                        served.incrementAndGet();
                    }
                }
            }));
        }
        for (Future<?> each : working) {
            each.get(20, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
        while (stressed.poll() != null) {
            left.incrementAndGet();
        }
        assertEquals(200_000, served.get() + left.get());
        assertTrue(stressed.isEmpty());
        assertFalse(stressed.toList().contains(0));
    }
}
