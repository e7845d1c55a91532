package org.slimta.bus.impl.socket;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The requests that were read from one connection and have no response. One thread adds them, any thread removes them:
 * without a lock, and without memory for each.
 *
 * @param <T> type of the requests
 */
final class UnansweredRequests<T extends UnansweredRequests.Entry> {

    private static final int MIN_PLACES = 4;

    /** A request remembers the place that it has here. */
    interface Entry {

        int place();

        void setPlace(int place);
    }

    private final AtomicInteger count = new AtomicInteger();
    private volatile AtomicReferenceArray<T> places = new AtomicReferenceArray<>(0);
    private int next;

    /** Adds a request. Called by one thread at a time. */
    void add(T entry) {
        int all = count.incrementAndGet();
        AtomicReferenceArray<T> into = places;
        if (2 * all > into.length()) {
            into = grow(into);
        }
        int mask = into.length() - 1;
        while (into.get(next & mask) != null) {
            next++; // At most half of the places are taken, so this ends soon.
        }
        entry.setPlace(next & mask);
        into.set(next++ & mask, entry);
    }

    /**
     * What is removed meanwhile is removed from both arrays: by the thread that removes it, or here if that thread did
     * not see the new array.
     */
    private AtomicReferenceArray<T> grow(AtomicReferenceArray<T> old) {
        AtomicReferenceArray<T> larger = new AtomicReferenceArray<>(Math.max(MIN_PLACES, 2 * old.length()));
        for (int i = 0; i < old.length(); i++) {
            larger.set(i, old.get(i));
        }
        places = larger;
        for (int i = 0; i < old.length(); i++) {
            if (old.get(i) == null) {
                larger.set(i, null);
            }
        }
        return larger;
    }

    /**
     * Removes a request. To be called once for each.
     *
     * @return the number of remaining requests
     */
    int remove(T entry) {
        AtomicReferenceArray<T> from;
        do {
            from = places;
            from.compareAndSet(entry.place(), entry, null);
        } while (from != places);
        return count.decrementAndGet();
    }

    int count() {
        return count.get();
    }

    /** Calls an action for each request. Requests that are added or removed meanwhile may be left out. */
    void forEach(Consumer<? super T> action) {
        AtomicReferenceArray<T> all = places;
        for (int i = 0; i < all.length(); i++) {
            T entry = all.get(i);
            if (entry != null) {
                action.accept(entry);
            }
        }
    }
}
