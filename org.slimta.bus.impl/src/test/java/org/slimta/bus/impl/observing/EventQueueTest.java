package org.slimta.bus.impl.observing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.impl.fixture.Await;

/** How events wait for their observer. */
@Timeout(60)
class EventQueueTest {

    private static final int MAX_NEW = EventQueue.MAX_WAITING / 2;

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final EventQueue queue = new EventQueue(tasks::add);
    private final List<String> delivered = new ArrayList<>();

    private EventQueue.Event event(String name) {
        return new Told(() -> delivered.add(name));
    }

    private static final class Told extends EventQueue.Event {

        private final Runnable action;

        Told(Runnable action) {
            this.action = action;
        }

        @Override
        void deliver() {
            action.run();
        }
    }

    private void runTasks() {
        Runnable next;
        while ((next = tasks.poll()) != null) {
            next.run();
        }
    }

    @Test
    void oneTaskDeliversAllInOrder() {
        assertTrue(queue.isEmpty());
        for (String name : List.of("a", "b", "c")) {
            assertTrue(queue.offer(event(name)));
        }
        assertFalse(queue.isEmpty());
        assertEquals(1, tasks.size());
        runTasks();
        assertEquals(List.of("a", "b", "c"), delivered);
        assertTrue(queue.isEmpty());
    }

    @Test
    void whatComesDuringADeliveryIsDeliveredAfterIt() {
        queue.offer(new Told(() -> {
            queue.offer(event("later"));
            assertFalse(queue.isEmpty());
            delivered.add("first");
        }));
        queue.offer(event("second"));
        runTasks();
        assertEquals(List.of("first", "second", "later"), delivered);
    }

    @Test
    void anEventMayBeAddedAgainOnceItsDeliveryHasBegun() {
        AtomicInteger times = new AtomicInteger();
        Told[] again = new Told[1];
        again[0] = new Told(() -> {
            delivered.add("again");
            if (times.incrementAndGet() < 3) {
                assertTrue(queue.offer(again[0]));
            }
        });
        queue.offer(again[0]);
        queue.offer(event("other"));
        runTasks();
        assertEquals(List.of("again", "other", "again", "again"), delivered);
    }

    @Test
    void anInterruptFlagThatAnEventLeavesDoesNotConcernTheNextOne() {
        queue.offer(new Told(() -> Thread.currentThread().interrupt()));
        queue.offer(new Told(() -> delivered.add(Thread.currentThread().isInterrupted() ? "interrupted" : "not")));
        runTasks();
        assertEquals(List.of("not"), delivered);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void moreThanTheMaximumAreRefusedUntilThereIsRoom() {
        for (int i = 0; i < MAX_NEW; i++) {
            assertTrue(queue.offer(event("x")));
        }
        assertFalse(queue.offer(event("too many")));
        runTasks();
        assertEquals(MAX_NEW, delivered.size());
        assertFalse(delivered.contains("too many"));
        assertTrue(queue.offer(event("room")));
        runTasks();
        assertEquals("room", delivered.get(MAX_NEW));
    }

    /** Many threads add while one delivers, and it ends and begins again and again. */
    @Test
    void eachEventIsDeliveredOnceAndThoseOfAThreadInTheirOrder() throws Exception {
        int threads = 4;
        int each = 20_000;
        ExecutorService delivering = Executors.newSingleThreadExecutor();
        ExecutorService adding = Executors.newFixedThreadPool(threads);
        try {
            EventQueue shared = new EventQueue(delivering);
            int[] next = new int[threads]; // Written by one delivery after the other.
            AtomicInteger outOfOrder = new AtomicInteger();
            AtomicInteger count = new AtomicInteger();
            for (int i = 0; i < threads; i++) {
                int mine = i;
                adding.execute(() -> {
                    for (int n = 0; n < each; n++) {
                        int number = n;
                        Told event = new Told(() -> {
                            if (next[mine]++ != number) {
                                outOfOrder.incrementAndGet();
                            }
                            count.incrementAndGet();
                        });
                        while (!shared.offer(event)) {
                            Thread.yield();
                        }
                    }
                });
            }
            Await.until("all are delivered", () -> count.get() == threads * each && shared.isEmpty());
            assertEquals(0, outOfOrder.get());
        } finally {
            adding.shutdownNow();
            delivering.shutdownNow();
        }
    }
}
