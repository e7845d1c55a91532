package org.slimta.bus.impl.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A queue of things that wait, first come first served. Leaving it costs the same wherever in the queue a thing is.
 * Thread-safe.
 *
 * @param <T> the things; each is in the queue at most once
 */
public final class WaitingLine<T> {

    // Both are guarded by this. front holds what was polled and put back: at most one for each thread that polls.
    private final Deque<T> front = new ArrayDeque<>(0);
    private final Set<T> line = new LinkedHashSet<>();
    private volatile int size;

    /** Adds a thing at the end, unless it is in the queue already. */
    public synchronized void add(T waiting) {
        if (!front.contains(waiting)) {
            line.add(waiting);
        }
        count();
    }

    /** Adds a thing at the front, such as one that was polled too early. */
    public synchronized void requeue(T waiting) {
        line.remove(waiting);
        front.addFirst(waiting);
        count();
    }

    /** {@return the first thing, which leaves the queue; null if none waits} */
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

    /** Removes a thing, if it waits. */
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

    /** {@return the things that wait now, in order} */
    public synchronized List<T> toList() {
        List<T> all = new ArrayList<>(front);
        all.addAll(line);
        return all;
    }

    private void count() {
        size = front.size() + line.size();
    }
}
