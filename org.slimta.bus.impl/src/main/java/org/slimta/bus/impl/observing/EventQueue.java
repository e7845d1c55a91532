package org.slimta.bus.impl.observing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The events for one observer that were not delivered yet. They are delivered one after the other, in order, on one
 * thread at a time. Thread-safe.
 */
final class EventQueue {

    /** How many events wait at most. Each keeps its transaction in memory. */
    static final int MAX_WAITING = 16_384;

    /** How many events are delivered in one task, so that other observers get a turn. */
    private static final int BATCH = 256;

    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger(); // With the one that is being delivered.
    private final Executor threads;

    /**
     * Creates an empty queue.
     *
     * @param threads runs the events, which may block
     */
    EventQueue(Executor threads) {
        this.threads = threads;
    }

    /**
     * Adds an event. Does not block.
     *
     * @param event the event, which must not throw
     * @return whether it will be delivered; false if too many wait
     */
    boolean offer(Runnable event) {
        if (waiting.get() >= MAX_WAITING) {
            return false;
        }
        events.add(event); // Before it is counted: whoever counts it down finds it.
        if (waiting.getAndIncrement() == 0) {
            threads.execute(this::deliver);
        }
        return true;
    }

    /** {@return whether all events were delivered} */
    boolean isEmpty() {
        return waiting.get() == 0;
    }

    private void deliver() {
        for (int i = 0; i < BATCH; i++) {
            try {
                events.remove().run();
            } finally {
                Thread.interrupted(); // A flag that an event leaves set does not concern the next one.
            }
            if (waiting.decrementAndGet() == 0) {
                return;
            }
        }
        threads.execute(this::deliver);
    }
}
