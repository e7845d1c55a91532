package org.slimta.bus.impl.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The connections that a client keeps: those that small transactions share, and those that are free for a large
 * transaction. Thread-safe.
 *
 * @param <T> type of the transactions
 * @param <C> type of the connections
 */
final class KeptConnections<T, C extends KeptConnections.Member<T>> {

    /** A connection. */
    interface Member<T> {

        /**
         * Sends a transaction, if the connection accepts any. Returns true if the connection has become responsible for
         * the transaction.
         */
        boolean send(T transaction);

        /** How many transactions the connection carries. */
        int load();

        /** Whether it accepts transactions. It is removed from here only after this has become false. */
        boolean isKept();

        /** Whether it carries one transaction at a time, because they are large. */
        boolean isForLarge();
    }

    private final Deque<C> free = new ArrayDeque<>(); // Guarded by this.
    private volatile List<C> shared = List.of(); // Written under the lock of this.
    private int maxConnections; // Guarded by this; negative when no more are added.
    private volatile int busyThreshold;

    /**
     * Uses these options from now on.
     *
     * @param newMaxConnections the maximum number of connections of each kind
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

    /** Whether there is a connection to share. */
    boolean hasShared() {
        return !shared.isEmpty();
    }

    /** Whether there is a connection that is free for a large transaction. */
    synchronized boolean hasFree() {
        return !free.isEmpty();
    }

    /**
     * Sends a transaction over one of the connections.
     *
     * @return whether a connection is responsible for it; if not, none is available
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

    /**
     * Picks the first connection that is not busy, so that transactions of the same moment are written together; else
     * the least busy one.
     */
    private C pick() {
        C best = null;
        int minLoad = Integer.MAX_VALUE;
        for (C one : shared) {
            int load = one.load();
            if (load < busyThreshold) {
                return one;
            }
            if (load < minLoad) {
                best = one;
                minLoad = load;
            }
        }
        return best;
    }

    /** Returns a connection to share that a condition holds for, or null. */
    C find(Predicate<C> condition) {
        for (C one : shared) {
            if (condition.test(one)) {
                return one;
            }
        }
        return null;
    }

    private synchronized C pollFree() {
        return free.pollFirst();
    }

    /**
     * The server keeps a connection.
     *
     * @return whether the client keeps it too
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
     * A connection for large transactions is free.
     *
     * @return whether the client keeps it
     */
    synchronized boolean free(C connection) {
        if (free.size() >= maxConnections || !connection.isKept()) {
            return false;
        }
        free.addFirst(connection);
        return true;
    }

    /** Assigns no more transactions to a connection. */
    synchronized void remove(C connection) {
        if (connection.isForLarge()) {
            free.remove(connection);
        } else if (shared.contains(connection)) {
            List<C> less = new ArrayList<>(shared);
            less.remove(connection);
            shared = List.copyOf(less);
        }
    }

    /** Returns the connections over the current maximum. */
    synchronized List<C> surplus() {
        int limit = Math.max(0, maxConnections);
        List<C> over = new ArrayList<>(shared.subList(Math.min(limit, shared.size()), shared.size()));
        List<C> unused = new ArrayList<>(free);
        over.addAll(unused.subList(Math.min(limit, unused.size()), unused.size()));
        return over;
    }

    /** Adds no more connections. */
    synchronized void close() {
        maxConnections = -1;
    }
}
