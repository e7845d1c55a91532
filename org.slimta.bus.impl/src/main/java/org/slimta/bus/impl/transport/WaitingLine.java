package org.slimta.bus.impl.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Those that wait for something, first come first served. To leave the line costs the same wherever in it one is. Thread-safe.
 *
 * @param <T> who waits, each at one place in the line
 */
public final class WaitingLine<T> {

    // Both are guarded by this. front holds those that were polled and put back: at most one for each thread that polls.
    private final Deque<T> front = new ArrayDeque<>(0);
    private final Set<T> line = new LinkedHashSet<>();
    private volatile int size;

    /** Takes a place at the end, unless it is in the line already. */
    public synchronized void add(T waiting) {
        if (!front.contains(waiting)) {
            line.add(waiting);
        }
        count();
    }

    /** Takes the first place. */
    public synchronized void putBack(T waiting) {
        line.remove(waiting);
        front.addFirst(waiting);
        count();
    }

    /** Takes the first out of the line; null if nobody waits. */
    public T poll() {
        if (isEmpty()) {
            return null;
        }
        synchronized (this) {
            T first = front.pollFirst();
            if (first == null && !line.isEmpty()) {
                Iterator<T> all = line.iterator();
                first = all.next();
                all.remove();
            }
            count();
            return first;
        }
    }

    /** Leaves the line. */
    public void remove(T waiting) {
        if (!isEmpty()) {
            synchronized (this) {
                if (!line.remove(waiting)) {
                    front.remove(waiting);
                }
                count();
            }
        }
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Those that wait now. */
    public synchronized List<T> toList() {
        List<T> all = new ArrayList<>(front);
        all.addAll(line);
        return all;
    }

    private void count() {
        size = front.size() + line.size();
    }
}
