package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.socket.OpeningLimit.Server;
import org.slimta.bus.impl.socket.OpeningLimit.Stage;

/**
 * The transactions that wait for a connection, and whose turn it is to open one: they wait for the first response of a
 * server that is not known, or for a server that is away. This class uses no connections, threads or clocks:
 * {@link #next} is to be called after each call that may have changed something, and at the time {@link #wakeAt}.
 * Thread-safe.
 *
 * @param <T> type of what waits
 */
final class ReconnectQueue<T> {

    private final Predicate<T> needsOwn;
    private final OpeningLimit limit = new OpeningLimit();
    private final ServerAbsence absence = new ServerAbsence();
    private final PlainServer plain = new PlainServer();
    private final WaitList<T> sharing = new WaitList<>();
    private final WaitList<T> owning = new WaitList<>();
    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param needsOwn tells whether a waiter cannot share a connection
     */
    ReconnectQueue(Predicate<T> needsOwn) {
        this.needsOwn = needsOwn;
    }

    /** The permission to open one connection. Its holder reports the progress. */
    final class Turn {

        private final boolean own;
        private T waiter;
        private Stage stage = Stage.OVER;

        private Turn(T waiter) {
            this.waiter = waiter;
            this.own = needsOwn.test(waiter);
            move(Stage.OPENING);
        }

        /** Returns the waiter that opens the connection; null when the connection is no longer being opened. */
        T waiter() {
            synchronized (ReconnectQueue.this) {
                return waiter;
            }
        }

        private void move(Stage to) {
            limit.move(own, stage, to);
            stage = to;
            if (to != Stage.OPENING) {
                waiter = null; // It must not stay in memory as long as the connection lives.
            }
        }

        /**
         * The connection is open: the server is present.
         *
         * @param now the time
         * @param roundTrip the shortest time for a response, in nanoseconds
         */
        void ready(long now, long roundTrip) {
            synchronized (ReconnectQueue.this) {
                if (stage == Stage.OPENING) {
                    move(Stage.UNANSWERED);
                    if (!own) {
                        limit.expectResponse(now, roundTrip);
                    }
                    absence.returned();
                    plain.clear();
                }
            }
        }

        /** The first response has arrived and shows how the server uses connections. */
        void answered(Server known) {
            synchronized (ReconnectQueue.this) {
                limit.learn(known);
                absence.answered();
                over();
            }
        }

        /** There will be no response on the connection. May be called more than once. */
        void over() {
            synchronized (ReconnectQueue.this) {
                if (stage != Stage.OVER) {
                    move(Stage.OVER);
                }
            }
        }
    }

    /** The waiters of one kind, with the times since when they wait; those that have tried before come first. */
    private static final class WaitList<T> {

        private final Map<T, Long> retrying = new LinkedHashMap<>();
        private final Map<T, Long> fresh = new LinkedHashMap<>();

        boolean isEmpty() {
            return retrying.isEmpty() && fresh.isEmpty();
        }

        T poll() {
            Iterator<T> first = (retrying.isEmpty() ? fresh : retrying).keySet().iterator();
            T next = first.hasNext() ? first.next() : null;
            if (next != null) {
                first.remove();
            }
            return next;
        }

        boolean remove(T waiter) {
            return retrying.remove(waiter) != null || fresh.remove(waiter) != null;
        }

        /** Removes the waiters that have waited since before that time. */
        void takeOlder(long than, Collection<T> to) {
            for (Map<T, Long> each : List.of(retrying, fresh)) {
                each.entrySet().removeIf(entry -> {
                    boolean old = entry.getValue() - than < 0;
                    if (old) {
                        to.add(entry.getKey());
                    }
                    return old;
                });
            }
        }

        void takeAll(Collection<T> to) {
            to.addAll(retrying.keySet());
            to.addAll(fresh.keySet());
            retrying.clear();
            fresh.clear();
        }

        void takeIf(Predicate<T> condition, Collection<T> taken) {
            for (Map<T, Long> each : List.of(retrying, fresh)) {
                each.keySet().removeIf(waiter -> condition.test(waiter) && taken.add(waiter));
            }
        }

        void restart(long now) {
            retrying.replaceAll((waiter, since) -> now);
            fresh.replaceAll((waiter, since) -> now);
        }
    }

    private WaitList<T> listOf(T waiter) {
        return needsOwn.test(waiter) ? owning : sharing;
    }

    /** Uses these options from now on. */
    synchronized void configure(int poolSize, boolean tls) {
        limit.configure(poolSize, tls);
        plain.clear();
    }

    /**
     * Adds a waiter for a connection, unless the queue is closed.
     *
     * @return whether it was added
     */
    synchronized boolean add(T waiter, long now) {
        if (!closed) {
            listOf(waiter).fresh.put(waiter, now);
        }
        return !closed;
    }

    /**
     * A waiter could not get a connection.
     *
     * @param waiter the waiter
     * @param now the time
     * @param maxAbsence how long the server may be away
     * @param serves whether the server still serves a connection
     * @param failure the reason
     * @return whether the waiter waits here for the server to come back
     */
    synchronized boolean refused(T waiter, long now, Duration maxAbsence, boolean serves, BusException failure) {
        boolean waits = !closed && absence.refused(now, maxAbsence, serves, failure);
        if (waits) {
            listOf(waiter).retrying.put(waiter, now);
        }
        return waits;
    }

    /**
     * The server does not use TLS, while this client does: waiting for it makes no sense.
     *
     * @param now the time
     * @param failure the reason
     * @param failed receives the waiters, which are removed
     */
    synchronized void foundPlain(long now, BusException failure, Collection<T> failed) {
        absence.returned();
        plain.found(now, failure);
        sharing.takeAll(failed);
        owning.takeAll(failed);
    }

    /** Why nobody may wait for a connection now, or null. */
    synchronized BusException futile(long now) {
        return plain.failure(now);
    }

    /** Removes a waiter, if it waits here. */
    synchronized boolean remove(T waiter) {
        return listOf(waiter).remove(waiter);
    }

    /**
     * Removes and returns a waiter that needs its own connection, or one that can share a connection; null if there is
     * none.
     */
    synchronized T poll(boolean own) {
        return (own ? owning : sharing).poll();
    }

    /** Removes and returns all waiters that can share a connection. */
    synchronized List<T> pollSharing() {
        List<T> all = new ArrayList<>();
        sharing.takeAll(all);
        return all;
    }

    /** Removes and returns the waiters that a condition holds for. The condition is tested under the lock. */
    synchronized List<T> takeIf(Predicate<T> condition) {
        List<T> taken = new ArrayList<>();
        sharing.takeIf(condition, taken);
        owning.takeIf(condition, taken);
        return taken;
    }

    /** Removes the waiters whose turn it is to open a connection, and returns their turns. */
    synchronized List<Turn> next(long now) {
        List<Turn> turns = new ArrayList<>(1);
        if (plain.isKnown()) {
            T first = plain.isPausing(now) || limit.isOpening()
                    ? null
                    : sharing.isEmpty() ? owning.poll() : sharing.poll();
            if (first != null) {
                turns.add(new Turn(first));
            }
            return turns;
        }
        if (absence.isAway(now)) {
            if (absence.takeTry(now)) {
                T first = sharing.isEmpty() ? owning.poll() : sharing.poll();
                if (first != null) {
                    turns.add(new Turn(first));
                }
            }
            if (!sharing.isEmpty() || !owning.isEmpty()) {
                absence.scheduleTry(now);
            }
            return turns;
        }
        for (WaitList<T> list : List.of(sharing, owning)) {
            while (!list.isEmpty() && limit.allows(list == owning, now)) {
                turns.add(new Turn(list.poll()));
            }
        }
        return turns;
    }

    /** Returns when {@link #next} must be called again even if nothing else happens, or {@link OpeningLimit#NEVER}. */
    synchronized long wakeAt(long now) {
        if (plain.isKnown()) {
            return plain.isPausing(now) ? plain.tryDue() : OpeningLimit.NEVER;
        }
        if (absence.isAway(now)) {
            return absence.tryDue();
        }
        return sharing.isEmpty() ? OpeningLimit.NEVER : limit.nextStep(now);
    }

    /** The server has announced that it is closing. It is expected back within the given time. */
    synchronized void closing(long now, Duration maxAbsence) {
        absence.closing(now, maxAbsence);
    }

    /** Whether the server is away, and waiters wait for it to come back. */
    synchronized boolean isAway(long now) {
        return absence.isAway(now);
    }

    /** Whether the server was away recently, so that it may go away again at any moment. */
    synchronized boolean isUnsettled(long now) {
        return absence.isUnsettled(now);
    }

    /** Whether a waiter needs its own connection, or waits for one that can be shared. */
    synchronized boolean isAwaited(boolean own) {
        return !(own ? owning : sharing).isEmpty();
    }

    /** Whether the queue is empty. */
    synchronized boolean isEmpty() {
        return sharing.isEmpty() && owning.isEmpty();
    }

    /**
     * The server serves no connection any more.
     *
     * @param failed receives the waiters that have waited in vain, because the server has died; they are removed
     * @return why they fail, or null if there are none
     */
    synchronized BusException died(Collection<T> failed) {
        BusException why = absence.died();
        if (why != null) {
            sharing.takeAll(failed);
            owning.takeAll(failed);
        }
        return why;
    }

    /**
     * Removes the waiters that have waited too long for a server that is not known to be away.
     *
     * @param now the time
     * @param maxWait the maximum time to wait
     * @return the removed waiters
     */
    synchronized List<T> takeLate(long now, Duration maxWait) {
        List<T> late = new ArrayList<>();
        if (absence.isAway(now)) {
            sharing.restart(now);
            owning.restart(now);
        } else {
            sharing.takeOlder(now - maxWait.toNanos(), late);
            owning.takeOlder(now - maxWait.toNanos(), late);
        }
        return late;
    }

    /** Accepts no more waiters. */
    synchronized void close() {
        closed = true;
        sharing.takeAll(new ArrayList<>());
        owning.takeAll(new ArrayList<>());
    }
}
