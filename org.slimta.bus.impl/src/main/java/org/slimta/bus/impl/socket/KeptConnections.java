package org.slimta.bus.impl.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The connections that a client keeps: those that small transactions share, and those that are free for a large one.
 * Thread-safe.
 *
 * @param <T> type of the transactions
 * @param <C> type of the connections
 */
final class KeptConnections<T, C extends KeptConnections.Member<T>> {

    /** A connection. */
    interface Member<T> {

        /**
         * Sends a transaction, if it takes any. Returns true if the connection has taken responsibility for the transaction.
         */
        boolean send(T transaction);

        /** How many transactions it carries. */
        int load();

        /** Whether it takes transactions. It is removed from here only after this has become false. */
        boolean isKept();

        /** Whether it carries one transaction at a time, because they are large. */
        boolean isForLarge();
    }

    private final Deque<C> free = new ArrayDeque<>(); // Guarded by this.
    private volatile List<C> shared = List.of(); // Written under the lock of this.
    private int maxConnections; // Guarded by this; negative when nothing is taken in any more.
    private volatile int busyThreshold;

    /**
     * Goes on with these options.
     *
     * @param newMaxConnections how many connections of each kind there may be
     * @param newBusyThreshold how many transactions a connection carries before the next one is used as well
     */
    synchronized void configure(int newMaxConnections, int newBusyThreshold) {
        if (maxConnections >= 0) {
            maxConnections = newMaxConnections;
            busyThreshold = newBusyThreshold;
        }
    }

    /** How many transactions a connection carries before the next one is used as well. */
    int busyThreshold() {
        return busyThreshold;
    }

    /** Whether there is one to share. */
    boolean hasShared() {
        return !shared.isEmpty();
    }

    /** Whether there is one that is free for a large transaction. */
    synchronized boolean hasFree() {
        return !free.isEmpty();
    }

    /**
     * Sends a transaction over one of them.
     *
     * @return whether it is looked after; if not, there is none for it
     */
    boolean send(T transaction, boolean isLarge) {
        C one;
        while ((one = isLarge ? pollFree() : pick()) != null) {
            if (one.send(transaction)) {
                return true;
            }
            remove(one);
        }
        return false;
    }

    /** The first that is not busy, so that what is sent at the same time leaves together; else the least busy one. */
    private C pick() {
        C best = null;
        int least = Integer.MAX_VALUE;
        for (C one : shared) {
            int load = one.load();
            if (load < busyThreshold) {
                return one;
            }
            if (load < least) {
                best = one;
                least = load;
            }
        }
        return best;
    }

    private synchronized C pollFree() {
        return free.pollFirst();
    }

    /**
     * The server keeps a connection.
     *
     * @return whether it is to be kept here too
     */
    synchronized boolean add(C connection) {
        if (connection.isForLarge()) {
            return maxConnections > 0;
        }
        if (shared.size() >= maxConnections || !connection.isKept()) {
            return false;
        }
        List<C> more = new ArrayList<>(shared);
        more.add(connection);
        shared = List.copyOf(more);
        return true;
    }

    /**
     * A connection for large transactions has nothing to do.
     *
     * @return whether there is a place for it
     */
    synchronized boolean free(C connection) {
        if (free.size() >= maxConnections || !connection.isKept()) {
            return false;
        }
        free.addFirst(connection);
        return true;
    }

    /** Gives a connection no more transactions. */
    synchronized void remove(C connection) {
        if (connection.isForLarge()) {
            free.remove(connection);
        } else if (shared.contains(connection)) {
            List<C> less = new ArrayList<>(shared);
            less.remove(connection);
            shared = List.copyOf(less);
        }
    }

    /** Those over the number that there may be now. */
    synchronized List<C> surplus() {
        int limit = Math.max(0, maxConnections);
        List<C> over = new ArrayList<>(shared.subList(Math.min(limit, shared.size()), shared.size()));
        List<C> unused = new ArrayList<>(free);
        over.addAll(unused.subList(Math.min(limit, unused.size()), unused.size()));
        return over;
    }

    /** Takes in no more. */
    synchronized void close() {
        maxConnections = -1;
    }
}
