package org.slimta.bus.impl.observing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The events for one observer that were not delivered yet. They are delivered one after the other, in order, on one
 * thread at a time. Thread-safe.
 */
final class EventQueue {

    /** How many events wait at most. Each keeps its transaction in memory. */
    static final int MAX_WAITING = 16_384;

    /** How many events are delivered in one task, so that other observers get a turn. */
    private static final int BATCH = 256;

    /** How long a thread waits for the next event: waking a thread for each event would cost more than the event. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger(); // With the one that is being delivered.
    private final AtomicBoolean scheduled = new AtomicBoolean(); // Whether a thread delivers, or is about to.
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
        events.add(event); // Before the flag is read: the thread that clears it looks for events after that.
        waiting.incrementAndGet();
        schedule();
        return true;
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            threads.execute(this::deliver);
        }
    }

    /** {@return whether all events were delivered} */
    boolean isEmpty() {
        return waiting.get() == 0;
    }

    private void deliver() {
        for (int i = 0; i < BATCH; i++) {
            Runnable event = events.poll();
            if (event == null) {
                LockSupport.parkNanos(LINGER_NANOS);
                event = events.poll();
            }
            if (event == null) {
                scheduled.set(false);
                if (!events.isEmpty()) {
                    schedule(); // It was added before the flag was cleared.
                }
                return;
            }
            run(event);
        }
        threads.execute(this::deliver);
    }

    private void run(Runnable event) {
        try {
            event.run();
        } finally {
            Thread.interrupted(); // A flag that an event leaves set does not concern the next one.
            waiting.decrementAndGet();
        }
    }
}
