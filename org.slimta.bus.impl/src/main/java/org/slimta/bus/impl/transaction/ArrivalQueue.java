package org.slimta.bus.impl.transaction;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded queue of what waits to be received. What was received and put back comes before all others, and needs no place.
 * Nobody waits here, and there is no lock. Thread-safe.
 */
final class ArrivalQueue<Q, R> {

    private final Queue<Arrival<Q, R>> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Arrival<Q, R>> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger places = new AtomicInteger();
    private volatile int capacity;

    ArrivalQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Those that wait already stay, even if there are more. */
    void setCapacity(int newCapacity) {
        capacity = newCapacity;
    }

    /** Takes a place, if there is one, for an arrival that is added soon. */
    boolean takePlace() {
        int taken = places.get();
        while (taken < capacity) {
            if (places.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = places.get();
        }
        return false;
    }

    /** Adds an arrival that has a place. */
    void add(Arrival<Q, R> arrival) {
        queue.add(arrival);
    }

    /** Takes an arrival out again that was added; returns false if another thread has taken it out. */
    boolean remove(Arrival<Q, R> arrival) {
        if (!queue.remove(arrival)) {
            return false;
        }
        places.decrementAndGet();
        return true;
    }

    /** Puts an arrival before all others. */
    void putBack(Arrival<Q, R> arrival) {
        returned.add(arrival);
    }

    /** What was put back, or null. */
    Arrival<Q, R> pollReturned() {
        return returned.poll();
    }

    /** What came first of what was not put back, or null. Its place is free then. */
    Arrival<Q, R> poll() {
        Arrival<Q, R> arrival = queue.poll();
        if (arrival != null) {
            places.decrementAndGet();
        }
        return arrival;
    }

    /** What would be taken next, or null. */
    Arrival<Q, R> peek() {
        return returned.isEmpty() ? queue.peek() : returned.peek();
    }

    /** How many wait, those that were put back counted. */
    int size() {
        return places.get() + returned.size();
    }

    boolean isFull() {
        return places.get() >= capacity;
    }

    boolean isEmpty() {
        return places.get() == 0 && returned.isEmpty();
    }

    /** Whether there is one to be polled that has not been received yet. */
    boolean hasNew() {
        return !queue.isEmpty();
    }

    /** Drops all. */
    void clear() {
        while (poll() != null) {
            // The next.
        }
        returned.clear();
    }
}
