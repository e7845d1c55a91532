package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.concurrent.Deadlines;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.SpinWait;
import org.slimta.bus.impl.text.Described;

/**
 * What a server has taken in: a bounded queue of what waits to be received, and what is received but not answered yet.
 * Closing it lets both come to their end. The lock is only for those who have to wait. Thread-safe.
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

    /** Whom a server's inbox tells what happens to it. */
    public interface Watcher {

        /** There is room again. Called on the thread that made it. */
        default void onRoom() {}

        /** A thread finds nothing to receive, and is about to wait. Called on that thread. */
        default void onIdle() {}
    }

    private volatile int capacity;
    private final Failures failures;
    private final Watcher watcher;
    private final Queue<Arrival<Q, R>> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Arrival<Q, R>> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final BooleanSupplier hasSome = () -> !queue.isEmpty() || isStopped();
    private final LinkedMembers<Arrival<Q, R>> unsettled = new LinkedMembers<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private volatile int receiversWaiting;
    private volatile int sendersWaiting;
    private volatile boolean closing;
    private volatile Runnable taker;
    private boolean closed;

    /**
     * An empty inbox.
     *
     * @param capacity how many may wait
     * @param failures the failures of the server
     * @param watcher whom to tell
     */
    public Inbox(int capacity, Failures failures, Watcher watcher) {
        this.capacity = capacity;
        this.failures = failures;
        this.watcher = watcher;
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
        Offer offer = offer(arrival);
        if (offer != Offer.FULL) {
            return offer;
        }
        long nanos = Deadlines.nanos(timeout);
        lock.lock();
        try {
            sendersWaiting++;
            while ((offer = offer(arrival)) == Offer.FULL && nanos > 0) {
                nanos = notFull.awaitNanos(nanos);
            }
            if (offer == Offer.OVER) {
                notFull.signal(); // It takes no room: the next who waits may have it.
            }
            return offer;
        } finally {
            sendersWaiting--;
            lock.unlock();
        }
    }

    /**
     * Puts an arrival into the queue if there is room.
     *
     * @param arrival what arrived
     * @return what became of it
     */
    public Offer offer(Arrival<Q, R> arrival) {
        if (closing) {
            return Offer.CLOSED;
        }
        if (arrival.isOver()) {
            return Offer.OVER;
        }
        if (!takeRoom()) {
            return Offer.FULL;
        }
        unsettled.add(arrival);
        queue.add(arrival);
        if (receiversWaiting > 0) {
            wakeReceiver();
        }
        Runnable told = taker;
        if (told != null) {
            told.run();
        }
        if (closing && queue.remove(arrival)) {
            // Whoever empties the queue may have looked before it was there.
            size.decrementAndGet();
            settled(arrival);
            return Offer.CLOSED;
        }
        if (arrival.isOver()) {
            settled(arrival); // What ends just while it is taken in may have been settled before it was there.
        }
        return Offer.TAKEN;
    }

    private boolean takeRoom() {
        int taken = size.get();
        while (taken < capacity) {
            if (size.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = size.get();
        }
        return false;
    }

    private void wakeReceiver() {
        lock.lock();
        try {
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
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
     * How many may wait from now on. Those that wait already stay.
     *
     * @param newCapacity 1 or more
     */
    public void setCapacity(int newCapacity) {
        capacity = newCapacity;
        wakeSenders();
        watcher.onRoom();
    }

    /**
     * How many wait to be received.
     *
     * @return their number now
     */
    public int size() {
        return size.get() + returned.size();
    }

    /**
     * Tells whether an offer would find no room.
     *
     * @return whether the queue is full now
     */
    public boolean isFull() {
        return size.get() >= capacity;
    }

    /**
     * Tells whether there is something to be received.
     *
     * @return whether the queue is empty now
     */
    public boolean isEmpty() {
        return size.get() == 0 && returned.isEmpty();
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
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = 0;
        while (true) {
            Arrival<Q, R> arrival = poll();
            if (arrival == null) {
                watcher.onIdle();
                SpinWait.until(hasSome);
                if (deadline == 0) {
                    deadline = System.nanoTime() + Deadlines.nanos(timeout);
                }
                arrival = await(deadline, timeout);
            }
            watcher.onRoom();
            ServerTransaction<Q, R> transaction = open(arrival);
            if (transaction != null) {
                return transaction;
            }
            if (arrival.isOver()) {
                settled(arrival);
            }
        }
    }

    /**
     * Has somebody come for each arrival, instead of threads that wait in {@link #take}.
     *
     * @param newTaker what is called for each, on the thread that brings it; must not block
     */
    public void setTaker(Runnable newTaker) {
        synchronized (queue) {
            taker = newTaker;
        }
    }

    /**
     * Calls a taker no more.
     *
     * @param formerTaker what may have been set
     */
    public void removeTaker(Runnable formerTaker) {
        synchronized (queue) {
            if (taker == formerTaker) {
                taker = null;
            }
        }
    }

    /**
     * Takes what came first, without waiting. Who takes it opens it, and settles it if it is over then.
     *
     * @return an arrival, or null if there is none
     */
    public Arrival<Q, R> tryTake() {
        Arrival<Q, R> arrival = poll();
        if (arrival == null) {
            watcher.onIdle();
        } else {
            watcher.onRoom();
        }
        return arrival;
    }

    /**
     * Takes what came first if it has waited for long.
     *
     * @param time when it must have come at the latest, as {@link System#nanoTime()}
     * @return an arrival, or null if there is none that came before
     */
    public Arrival<Q, R> tryTakeIfBefore(long time) {
        Arrival<Q, R> first = returned.isEmpty() ? queue.peek() : returned.peek();
        if (first == null || first.arrived() - time > 0) {
            return null;
        }
        Arrival<Q, R> arrival = tryTake();
        if (arrival != null && arrival.arrived() - time > 0) {
            putBack(arrival); // Another has taken the first meanwhile.
            return null;
        }
        return arrival;
    }

    /** Whoever takes what arrives has nothing to do for now. */
    public void rest() {
        watcher.onIdle();
    }

    private Arrival<Q, R> poll() {
        Arrival<Q, R> arrival;
        do {
            arrival = pollNext();
        } while (arrival != null && arrival.setAside());
        return arrival;
    }

    private Arrival<Q, R> pollNext() {
        Arrival<Q, R> arrival = returned.poll();
        if (arrival != null) {
            return arrival;
        }
        arrival = queue.poll();
        if (arrival != null) {
            size.decrementAndGet();
            if (sendersWaiting > 0) {
                wakeSender();
            }
        }
        return arrival;
    }

    private void wakeSender() {
        lock.lock();
        try {
            notFull.signal();
        } finally {
            lock.unlock();
        }
    }

    private Arrival<Q, R> await(long deadline, Duration timeout) throws BusException, InterruptedException {
        lock.lockInterruptibly();
        try {
            receiversWaiting++;
            while (true) {
                Arrival<Q, R> arrival = poll();
                if (arrival != null) {
                    return arrival;
                }
                if (closing) {
                    throw failures.closed();
                }
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0) {
                    throw failures.of(Reason.TIMEOUT, "no request came within " + Deadlines.millis(timeout) + " ms");
                }
                notEmpty.awaitNanos(nanos);
            }
        } finally {
            receiversWaiting--;
            if (receiversWaiting > 0 && !queue.isEmpty()) {
                notEmpty.signal(); // A wake-up may have gone to one who had found something, or given up.
            }
            lock.unlock();
        }
    }

    private ServerTransaction<Q, R> open(Arrival<Q, R> arrival) throws InterruptedException {
        try {
            return arrival.open(null);
        } catch (InterruptedException e) {
            putBack(arrival);
            throw e;
        } catch (RuntimeException | Error e) {
            arrival.refuse(failures.of(Reason.CODEC, "a request could not be read: " + Described.of(e)));
            return null;
        }
    }

    /**
     * Puts back what was taken, or set aside: it comes before all others, and takes no room again.
     *
     * @param arrival what was taken and not opened
     */
    public void putBack(Arrival<Q, R> arrival) {
        if (!arrival.isOver()) {
            returned.add(arrival);
            wakeReceiver();
            Runnable told = taker;
            if (told != null) {
                told.run();
            }
        }
    }

    /**
     * Says that an arrival has come to its end.
     *
     * @param arrival what was answered, or failed
     */
    public void settled(Arrival<Q, R> arrival) {
        if (unsettled.remove(arrival) && closing && unsettled.isEmpty()) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * What was taken in and has not come to its end.
     *
     * @return those that are there now, to be looked through
     */
    public LinkedMembers<Arrival<Q, R>> unsettled() {
        return unsettled;
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

    /** Gives up what waits to be received, since nobody will come for it. To be called when it was stopped. */
    public void abandonWaiting() {
        Arrival<Q, R> arrival;
        while ((arrival = poll()) != null) {
            arrival.abandon(failures.closed());
            settled(arrival);
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
            long nanos = Deadlines.nanos(timeout);
            while (!unsettled.isEmpty() && !closed && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            closed = true;
            while (queue.poll() != null) {
                size.decrementAndGet();
            }
            returned.clear();
            idle.signalAll();
            lock.unlock();
        }
        BusException failure = failures.of(
                Reason.CLOSED, "it was closed before the request was answered, drainTimeout " + Deadlines.millis(timeout) + " ms");
        unsettled.forEach(arrival -> PeriodicCheck.safely(() -> arrival.abandon(failure)));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
