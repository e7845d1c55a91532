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
 * Who waits for a connection, and whose turn it is to open one: for the first answer of a server that is not known, or for a
 * server that is away. Knows neither connections, threads nor clocks: after each call that may have changed something, and at
 * the time {@link #wakeAt}, {@link #next} is to be called. Thread-safe.
 *
 * @param <T> who waits
 */
final class ReconnectQueue<T> {

    private final Predicate<T> needsOwn;
    private final OpeningLimit limit = new OpeningLimit();
    private final ServerAbsence absence = new ServerAbsence();
    private final WaitList<T> sharing = new WaitList<>();
    private final WaitList<T> owning = new WaitList<>();
    private boolean closed;

    /**
     * Nobody waits.
     *
     * @param needsOwn tells who cannot share a connection
     */
    ReconnectQueue(Predicate<T> needsOwn) {
        this.needsOwn = needsOwn;
    }

    /** The right to open one connection. Its holder tells how that goes on. */
    final class Turn {

        private final boolean own;
        private T waiter;
        private Stage stage = Stage.OVER;

        private Turn(T waiter) {
            this.waiter = waiter;
            this.own = needsOwn.test(waiter);
            move(Stage.OPENING);
        }

        /** Who opens the connection; null when it is not being opened any more. */
        T waiter() {
            synchronized (ReconnectQueue.this) {
                return waiter;
            }
        }

        private void move(Stage to) {
            limit.move(own, stage, to);
            stage = to;
            if (to != Stage.OPENING) {
                waiter = null; // It is not to be kept in memory for as long as the connection lives.
            }
        }

        /**
         * The connection has come about: the server is there.
         *
         * @param now the time
         * @param roundTrip how long an answer takes at least, in nanoseconds
         */
        void ready(long now, long roundTrip) {
            synchronized (ReconnectQueue.this) {
                if (stage == Stage.OPENING) {
                    move(Stage.UNANSWERED);
                    if (!own) {
                        limit.expectResponse(now, roundTrip);
                    }
                    absence.returned();
                }
            }
        }

        /** The first answer has come and tells what the server does. */
        void answered(Server known) {
            synchronized (ReconnectQueue.this) {
                limit.learn(known);
                absence.answered();
                over();
            }
        }

        /** There will be no answer on it. May be called more than once. */
        void over() {
            synchronized (ReconnectQueue.this) {
                if (stage != Stage.OVER) {
                    move(Stage.OVER);
                }
            }
        }
    }

    /** Those of a kind, with the times since when they wait; who has tried before comes first. */
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

        /** Takes out those that wait since before that time. */
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

        void restart(long now) {
            retrying.replaceAll((waiter, since) -> now);
            fresh.replaceAll((waiter, since) -> now);
        }
    }

    private WaitList<T> listOf(T waiter) {
        return needsOwn.test(waiter) ? owning : sharing;
    }

    /** Goes on with these options. */
    synchronized void configure(int poolSize, boolean tls) {
        limit.configure(poolSize, tls);
    }

    /**
     * Somebody wants a connection. Waits here, unless it is closed.
     *
     * @return whether it does
     */
    synchronized boolean add(T waiter, long now) {
        if (!closed) {
            listOf(waiter).fresh.put(waiter, now);
        }
        return !closed;
    }

    /**
     * Somebody has got no connection.
     *
     * @param who who
     * @param now the time
     * @param maxAbsence how long the server may be away
     * @param serves whether the server still serves a connection
     * @param failure why
     * @return whether it waits here for the server to come back
     */
    synchronized boolean refused(T waiter, long now, Duration maxAbsence, boolean serves, BusException failure) {
        boolean waits = !closed && absence.refused(now, maxAbsence, serves, failure);
        if (waits) {
            listOf(waiter).retrying.put(waiter, now);
        }
        return waits;
    }

    /** Somebody waits no more, if it did here. */
    synchronized boolean remove(T waiter) {
        return listOf(waiter).remove(waiter);
    }

    /** Somebody who waits and can make use of a connection for one, or of one that may be shared; waits no more. Or null. */
    synchronized T poll(boolean own) {
        return (own ? owning : sharing).poll();
    }

    /** All who wait and can share a connection; they wait no more. */
    synchronized List<T> pollSharing() {
        List<T> all = new ArrayList<>();
        sharing.takeAll(all);
        return all;
    }

    /** Those whose turn it is to open a connection; they wait no more. */
    synchronized List<Turn> next(long now) {
        List<Turn> turns = new ArrayList<>(1);
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

    /** When {@link #next} has to be called again though nothing else happens, or {@link OpeningLimit#NEVER}. */
    synchronized long wakeAt(long now) {
        if (absence.isAway(now)) {
            return absence.tryDue();
        }
        return sharing.isEmpty() ? OpeningLimit.NEVER : limit.nextStep(now);
    }

    /** The server has said that it is closing. It is expected back within that time. */
    synchronized void closing(long now, Duration maxAbsence) {
        absence.closing(now, maxAbsence);
    }

    /** Whether those who wait do so for a server that is away. */
    synchronized boolean isAway(long now) {
        return absence.isAway(now);
    }

    /** Whether the server was away lately, so that it may be retrying at any moment. */
    synchronized boolean isUnsettled(long now) {
        return absence.isUnsettled(now);
    }

    /** Whether anybody waits for a connection for one, or for one that may be shared. */
    synchronized boolean isAwaited(boolean own) {
        return !(own ? owning : sharing).isEmpty();
    }

    /** Whether nobody waits. */
    synchronized boolean isEmpty() {
        return sharing.isEmpty() && owning.isEmpty();
    }

    /**
     * The server serves no connection any more.
     *
     * @param failed what is given those who have waited for nothing, since it has died; they wait no more
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
     * Takes out those that have waited too long for a server that is not known to be away.
     *
     * @param now the time
     * @param maxWait how long one may wait
     * @return who they are; they wait no more
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

    /** Nobody can wait here any more. */
    synchronized void close() {
        closed = true;
        sharing.takeAll(new ArrayList<>());
        owning.takeAll(new ArrayList<>());
    }
}
