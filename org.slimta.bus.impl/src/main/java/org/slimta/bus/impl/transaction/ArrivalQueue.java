package org.slimta.bus.impl.transaction;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded queue of arrivals that wait to be received. Arrivals that were received and put back come before all
 * others, and are not counted against the capacity. No method waits, and there is no lock. Thread-safe.
 */
final class ArrivalQueue<Q, R> {

    private final Queue<Arrival<Q, R>> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Arrival<Q, R>> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger places = new AtomicInteger();
    private volatile int capacity;

    ArrivalQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Arrivals that are already in the queue stay, even if they exceed the new capacity. */
    void setCapacity(int newCapacity) {
        capacity = newCapacity;
    }

    /** Reserves a place for an arrival that is added next. Returns false if the queue is full. */
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

    /** Removes an arrival that was added or put back. Returns false if another thread has removed it. */
    boolean removeAny(Arrival<Q, R> arrival) {
        return remove(arrival) || returned.remove(arrival);
    }

    /** Removes an arrival that was added. Returns false if another thread has removed it. */
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

    /** Removes the first arrival that was put back. Returns null if there is none. */
    Arrival<Q, R> pollReturned() {
        return returned.poll();
    }

    /** Removes the first arrival that was not put back, and frees its place. Returns null if there is none. */
    Arrival<Q, R> poll() {
        Arrival<Q, R> arrival = queue.poll();
        if (arrival != null) {
            places.decrementAndGet();
        }
        return arrival;
    }

    /** Returns the arrival that would be removed next, or null. */
    Arrival<Q, R> peek() {
        return returned.isEmpty() ? queue.peek() : returned.peek();
    }

    /** Returns how many arrivals wait, including those that were put back. */
    int size() {
        return places.get() + returned.size();
    }

    boolean isFull() {
        return places.get() >= capacity;
    }

    boolean isEmpty() {
        return places.get() == 0 && returned.isEmpty();
    }

    /** Returns whether there is an arrival that was not put back. */
    boolean hasNew() {
        return !queue.isEmpty();
    }

    /** Drops all arrivals. */
    void clear() {
        while (poll() != null) {
            // Until the queue is empty.
        }
        returned.clear();
    }
}
