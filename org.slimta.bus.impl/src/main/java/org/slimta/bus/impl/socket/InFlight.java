package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is in flight on a connection, by the numbers of the transactions. The numbers rise one by one, so nearly every
 * transaction has a place of its own in an array; the few whose place is taken are in a map. Thread-safe.
 *
 * @param <T> type of what is in flight
 */
final class InFlight<T> {

    private static final int MAX_PLACES = 4096;

    private record Numbered<T>(long tx, T value) {}

    private final AtomicReferenceArray<Numbered<T>> places;
    private final AtomicInteger size = new AtomicInteger();
    private volatile Map<Long, T> others;

    /**
     * Creates an empty set.
     *
     * @param usual the usual maximum number of entries
     */
    InFlight(int usual) {
        int wanted = Math.max(1, Math.min(MAX_PLACES, 2 * usual));
        places = new AtomicReferenceArray<>(Integer.highestOneBit(2 * wanted - 1));
    }

    private int place(long tx) {
        return (int) tx & places.length() - 1;
    }

    int size() {
        return size.get();
    }

    void put(long tx, T value) {
        size.incrementAndGet();
        if (!places.compareAndSet(place(tx), null, new Numbered<>(tx, value))) {
            others().put(tx, value);
        }
    }

    private synchronized Map<Long, T> others() {
        if (others == null) {
            others = new ConcurrentHashMap<>();
        }
        return others;
    }

    /** Removes and returns an entry; null if there is none. If many threads take it, one of them gets it. */
    T take(long tx) {
        Numbered<T> here = places.get(place(tx));
        T taken = null;
        if (here != null && here.tx == tx) {
            taken = places.compareAndSet(place(tx), here, null) ? here.value : null;
        } else if (others != null) {
            taken = others.remove(tx);
        }
        if (taken != null) {
            size.decrementAndGet();
        }
        return taken;
    }

    /** Removes all entries that are there. */
    List<T> takeAll() {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < places.length(); i++) {
            Numbered<T> here = places.get(i);
            T taken = here == null ? null : take(here.tx);
            if (taken != null) {
                all.add(taken);
            }
        }
        if (others != null) {
            for (Long tx : others.keySet()) {
                T taken = take(tx);
                if (taken != null) {
                    all.add(taken);
                }
            }
        }
        return all;
    }
}
