package org.slimta.bus.impl.observing;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The events for one observer that were not delivered yet. They are delivered one after the other, in order, on one
 * thread at a time, which takes all that have come meanwhile at once: so adding one costs a single comparison and
 * exchange. Thread-safe.
 */
final class EventQueue {

    /** How many events wait at most, those that were taken and are not delivered yet counted. */
    static final int MAX_WAITING = 16_384;

    /** How many wait at most that were not taken. */
    private static final int MAX_NEW = MAX_WAITING / 2;

    /** So many new events do not wait until the time is over. */
    private static final int MANY = MAX_NEW / 2;

    /**
     * How long a thread waits for more events. Waking a thread for each of them would cost more than the event, and the
     * transactions would lose the processor to it.
     */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** After this many times a thread gives others a turn: there may be more busy observers than threads. */
    private static final int TAKES = 256;

    private final AtomicReference<Event> newest = new AtomicReference<>(); // Each refers to the one before.
    private final AtomicBoolean scheduled = new AtomicBoolean(); // Whether a thread delivers, or is about to.
    private final Executor threads;
    private volatile boolean delivering; // Whether events were taken and are being delivered.
    private volatile Thread lingering; // Null while none is.

    /** Something that is delivered to an observer. It may be added again once its delivery has begun. */
    abstract static class Event {

        private Event next; // The one before it while it is new; then the one after it.
        private int count; // How many were new when it was added, with this one.

        /** Delivers it; must not throw. */
        abstract void deliver();
    }

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
     * @param event an event that does not wait here
     * @return whether it will be delivered; false if too many wait
     */
    boolean offer(Event event) {
        Event last;
        int count;
        do {
            last = newest.get();
            count = last == null ? 1 : last.count + 1;
            if (count > MAX_NEW) {
                return false;
            }
            event.next = last;
            event.count = count;
        } while (!newest.compareAndSet(last, event));
        if (last == null) {
            schedule(); // Only the first: the thread that takes the events takes all of them.
        } else if (count == MANY) {
            LockSupport.unpark(lingering);
        }
        return true;
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            threads.execute(this::deliverAll);
        }
    }

    /** {@return whether all events were delivered} */
    boolean isEmpty() {
        return newest.get() == null && !delivering; // In this order: they are taken after the flag is set.
    }

    private void deliverAll() {
        for (int i = 0; i < TAKES; i++) {
            if (newest.get() == null) {
                linger();
            }
            delivering = true;
            Event last = newest.getAndSet(null);
            deliver(last);
            delivering = false;
            if (last == null) {
                scheduled.set(false);
                if (newest.get() != null) {
                    schedule(); // It was added before the flag was cleared.
                }
                return;
            }
        }
        threads.execute(this::deliverAll);
    }

    private void linger() {
        lingering = Thread.currentThread();
        LockSupport.parkNanos(this, LINGER_NANOS);
        lingering = null;
    }

    private static void deliver(Event last) {
        Event next = inOrder(last);
        while (next != null) {
            Event one = next;
            next = one.next;
            one.next = null; // It may be added again from now on, and must not keep others in memory.
            try {
                one.deliver();
            } finally {
                Thread.interrupted(); // A flag that an event leaves set does not concern the next one.
            }
        }
    }

    /** Turns the events round: each then refers to the one after it. Returns the first. */
    private static Event inOrder(Event last) {
        Event first = null;
        for (Event one = last; one != null; ) {
            Event before = one.next;
            one.next = first;
            first = one;
            one = before;
        }
        return first;
    }
}
