package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;

/**
 * What a server has taken in: a bounded queue of what waits to be received, and what is received but not answered yet.
 * Closing it lets both come to their end. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class Inbox<Q, R> {

    /** What became of an offer. */
    public enum Offer {
        /** It is in the queue. */
        TAKEN,
        /** There was no room in time. */
        FULL,
        /** Nothing is taken in any more. */
        CLOSED,
        /** It had ended before there was room. */
        OVER
    }

    private final int capacity;
    private final Failures failures;
    private final Runnable onRoom;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final Deque<Arrival<Q, R>> queue = new ArrayDeque<>();
    private final Set<Arrival<Q, R>> unsettled = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private boolean closed;

    /**
     * An empty inbox.
     *
     * @param capacity how many may wait
     * @param failures the failures of the server
     * @param onRoom called each time that there is room again, on the thread that made it
     */
    public Inbox(int capacity, Failures failures, Runnable onRoom) {
        this.capacity = capacity;
        this.failures = failures;
        this.onRoom = onRoom;
    }

    /**
     * Puts an arrival into the queue, waiting for room.
     *
     * @param arrival what arrived
     * @param timeout how long to wait at most
     * @return what became of it
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Offer offer(Arrival<Q, R> arrival, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        Offer offer;
        lock.lock();
        try {
            while (queue.size() >= capacity && !closing && !arrival.isOver()) {
                if (nanos <= 0) {
                    return Offer.FULL;
                }
                nanos = notFull.awaitNanos(nanos);
            }
            offer = put(arrival);
        } finally {
            lock.unlock();
        }
        return settleIfOver(arrival, offer);
    }

    /**
     * Puts an arrival into the queue if there is room.
     *
     * @param arrival what arrived
     * @return what became of it
     */
    public Offer offer(Arrival<Q, R> arrival) {
        Offer offer;
        lock.lock();
        try {
            offer = queue.size() >= capacity && !closing ? Offer.FULL : put(arrival);
        } finally {
            lock.unlock();
        }
        return settleIfOver(arrival, offer);
    }

    /** What ends just while it is taken in may have been settled before it was there. */
    private Offer settleIfOver(Arrival<Q, R> arrival, Offer offer) {
        if (offer == Offer.TAKEN && arrival.isOver()) {
            settled(arrival);
        }
        return offer;
    }

    private Offer put(Arrival<Q, R> arrival) {
        if (closing) {
            return Offer.CLOSED;
        }
        if (arrival.isOver()) {
            notFull.signal(); // It takes no room: the next who waits may have it.
            return Offer.OVER;
        }
        unsettled.add(arrival);
        queue.add(arrival);
        notEmpty.signal();
        return Offer.TAKEN;
    }

    /** Makes those who wait for room look whether what they offer is still wanted. */
    public void wakeSenders() {
        lock.lock();
        try {
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells whether an offer would find no room.
     *
     * @return whether the queue is full now
     */
    public boolean isFull() {
        lock.lock();
        try {
            return queue.size() >= capacity;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a transaction.
     *
     * @param timeout how long to wait at most
     * @return the transaction
     * @throws BusException with {@code TIMEOUT} or {@code CLOSED}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public ServerTransaction<Q, R> take(Duration timeout) throws BusException, InterruptedException {
        long nanos = Deadlines.nanos(timeout);
        long deadline = System.nanoTime() + nanos;
        while (true) {
            Arrival<Q, R> arrival = poll(deadline, timeout);
            onRoom.run();
            ServerTransaction<Q, R> transaction = open(arrival);
            if (transaction != null) {
                return transaction;
            }
            if (arrival.isOver()) {
                settled(arrival);
            }
        }
    }

    private ServerTransaction<Q, R> open(Arrival<Q, R> arrival) throws InterruptedException {
        try {
            return arrival.open();
        } catch (InterruptedException e) {
            putBack(arrival);
            throw e;
        } catch (RuntimeException | Error e) {
            arrival.abandon(failures.of(Reason.CODEC, "a request could not be read: " + e));
            return null;
        }
    }

    private Arrival<Q, R> poll(long deadline, Duration timeout) throws BusException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty()) {
                if (closing) {
                    throw failures.closed();
                }
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0) {
                    throw failures.of(Reason.TIMEOUT, "no request came within " + timeout.toMillis() + " ms");
                }
                notEmpty.awaitNanos(nanos);
            }
            notFull.signal();
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void putBack(Arrival<Q, R> arrival) {
        lock.lock();
        try {
            if (unsettled.contains(arrival)) {
                queue.addFirst(arrival);
                notEmpty.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that an arrival has come to its end.
     *
     * @param arrival what was answered, or failed
     */
    public void settled(Arrival<Q, R> arrival) {
        unsettled.remove(arrival);
        if (closing && unsettled.isEmpty()) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Tells whether anything more is taken in.
     *
     * @return whether it was stopped
     */
    public boolean isStopped() {
        return closing;
    }

    /** Takes in nothing more from now on, and wakes all who wait. */
    public void stop() {
        lock.lock();
        try {
            closing = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops, waits until all that was taken in has come to its end, and fails what has not by then. An interrupt cuts the
     * wait short and stays set. A second call waits for the first.
     *
     * @param timeout how long to wait at most
     */
    public void close(Duration timeout) {
        stop();
        boolean interrupted = false;
        lock.lock();
        try {
            long nanos = timeout.toNanos();
            while (!unsettled.isEmpty() && !closed && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            closed = true;
            queue.clear();
            idle.signalAll();
            lock.unlock();
        }
        unsettled.forEach(arrival -> arrival.abandon(failures.of(
                Reason.CLOSED, "it was closed before the request was answered, drainTimeout " + timeout.toMillis() + " ms")));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
