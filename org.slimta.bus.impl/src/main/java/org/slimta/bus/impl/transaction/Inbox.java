package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.concurrent.Deadlines;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.SpinWait;
import org.slimta.bus.impl.text.Described;

/**
 * The requests that a server has accepted: a bounded queue of waiting requests, and the requests that were received and
 * not answered. Closing waits for both. The lock is taken only while threads wait. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class Inbox<Q, R> {

    /** The result of an offer. */
    public enum Offer {
        /** The request is in the queue. */
        TAKEN,
        /** The queue had no room in time. */
        FULL,
        /** The server is closing, and accepts nothing more. */
        CLOSED,
        /** The request ended before there was room. */
        OVER
    }

    /** Is notified of what happens to the queue. */
    public interface Watcher {

        /** The queue has room again. Called on the thread that made room. */
        default void onRoom() {}

        /** A thread has found no request, and is about to wait. Called on that thread. */
        default void onIdle() {}
    }

    private final Failures failures;
    private final Watcher watcher;
    private final ArrivalQueue<Q, R> queue;
    private final BooleanSupplier hasSome;
    private final UnsettledArrivals<Q, R> unsettled = new UnsettledArrivals<>();
    private final WaitingThreads receivers = new WaitingThreads();
    private final WaitingThreads senders = new WaitingThreads(receivers);
    private volatile boolean closing;
    private final RequestTaker taker = new RequestTaker();

    /**
     * Creates an empty inbox.
     *
     * @param capacity the maximum number of waiting requests
     * @param failures the failures of the server
     * @param watcher is notified of what happens to the queue
     */
    public Inbox(int capacity, Failures failures, Watcher watcher) {
        this.failures = failures;
        this.watcher = watcher;
        this.queue = new ArrivalQueue<>(capacity);
        this.hasSome = () -> queue.hasNew() || isStopped();
    }

    /**
     * Adds a request to the queue. Waits for room.
     *
     * @param arrival the request
     * @param timeout the maximum time to wait
     * @return the result
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Offer offer(Arrival<Q, R> arrival, Duration timeout) throws InterruptedException {
        Offer offer = offer(arrival);
        if (offer != Offer.FULL) {
            return offer;
        }
        long nanos = Deadlines.nanos(timeout);
        senders.enter();
        try {
            while ((offer = offer(arrival)) == Offer.FULL && nanos > 0) {
                nanos = senders.await(nanos);
            }
        } finally {
            senders.leave();
        }
        if (offer == Offer.OVER) {
            senders.wakeOne(); // The next waiting thread gets the room.
        }
        return offer;
    }

    /**
     * Adds a request to the queue if there is room. Does not block.
     *
     * @param arrival the request
     * @return the result
     */
    public Offer offer(Arrival<Q, R> arrival) {
        if (closing) {
            return Offer.CLOSED;
        }
        if (arrival.isOver()) {
            return Offer.OVER;
        }
        if (!queue.takePlace()) {
            return Offer.FULL;
        }
        unsettled.add(arrival);
        queue.add(arrival);
        receivers.wakeOne();
        taker.call();
        if (closing && queue.remove(arrival)) {
            settled(arrival); // The thread that empties the queue may have done so before this was added.
            return Offer.CLOSED;
        }
        if (arrival.isOver()) {
            drop(arrival); // It may have ended, and been settled, just before it was added.
        }
        return Offer.TAKEN;
    }

    /** Makes the threads that wait for room check whether their requests have ended. */
    public void wakeSenders() {
        senders.wakeAll();
    }

    /**
     * Changes the capacity. Requests that are already waiting stay.
     *
     * @param newCapacity the maximum number of waiting requests, 1 or more
     */
    public void setCapacity(int newCapacity) {
        queue.setCapacity(newCapacity);
        wakeSenders();
        watcher.onRoom();
    }

    /** {@return how many arrivals wait to be received} */
    public int size() {
        return queue.size();
    }

    /** {@return whether an offer would find no room} */
    public boolean isFull() {
        return queue.isFull();
    }

    /** {@return whether nothing waits to be received} */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /**
     * Waits for a transaction.
     *
     * @param timeout the maximum time to wait
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
     * Sets a callback for new requests, in place of threads that wait in {@link #take}.
     *
     * @param newTaker called for each request, on the thread that adds it; must not block
     */
    public void setTaker(Runnable newTaker) {
        taker.set(newTaker);
    }

    /**
     * Removes a callback.
     *
     * @param formerTaker the callback; nothing happens if another one is set
     */
    public void removeTaker(Runnable formerTaker) {
        taker.remove(formerTaker);
    }

    /** {@return the first request, or null} Does not wait. The caller opens it, and settles it if it is over then. */
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
     * Removes the first request if it arrived before a given time.
     *
     * @param time a time of {@link Arrival#arrived()}
     * @return a request, or null if none arrived before that time
     */
    public Arrival<Q, R> tryTakeIfBefore(long time) {
        Arrival<Q, R> first = queue.peek();
        if (first == null || first.arrived() - time > 0) {
            return null;
        }
        Arrival<Q, R> arrival = tryTake();
        if (arrival != null && arrival.arrived() - time > 0) {
            putBack(arrival); // Another thread has removed the first request meanwhile.
            return null;
        }
        return arrival;
    }

    /** The threads that take requests have nothing to do now. */
    public void onReceiversIdle() {
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
        Arrival<Q, R> arrival = queue.pollReturned();
        if (arrival == null) {
            arrival = queue.poll();
            if (arrival != null) {
                senders.wakeOne();
            }
        }
        return arrival;
    }

    private Arrival<Q, R> await(long deadline, Duration timeout) throws BusException, InterruptedException {
        receivers.enter();
        try {
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
                    throw failures.of(Reason.TIMEOUT, "no request arrived within " + Deadlines.millis(timeout) + " ms");
                }
                receivers.await(nanos);
            }
        } finally {
            receivers.leave();
            if (queue.hasNew()) {
                receivers.wakeOne(); // The signal may have reached a thread that found a request, or gave up.
            }
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
     * Puts back a request that was removed and not opened, or was set aside: before all others, beyond the capacity.
     *
     * @param arrival the request
     */
    public void putBack(Arrival<Q, R> arrival) {
        if (!arrival.isOver()) {
            queue.putBack(arrival);
            receivers.wakeOne();
            taker.call();
        }
    }

    /**
     * Announces that a request was answered or has failed. May be called again.
     *
     * @param arrival the request
     */
    public void settled(Arrival<Q, R> arrival) {
        unsettled.remove(arrival);
    }

    /**
     * Settles a request that has ended before a receiver has taken it: it waits no more, and its place is free. Takes as
     * long as others wait before it.
     *
     * @param arrival the request
     */
    public void drop(Arrival<Q, R> arrival) {
        if (queue.removeAny(arrival)) {
            senders.wakeOne();
            watcher.onRoom();
        }
        settled(arrival);
    }

    /** {@return how many requests were accepted and have not ended} */
    public int unsettledCount() {
        return unsettled.count();
    }

    /**
     * Calls an action for each request that was accepted and has not ended.
     *
     * @param action the action; must not block
     */
    public void forEachUnsettled(Consumer<? super Arrival<Q, R>> action) {
        unsettled.forEach(action);
    }

    /** {@return whether it was stopped, so that it accepts nothing more} */
    public boolean isStopped() {
        return closing;
    }

    /** Accepts nothing more from now on, and wakes all waiting threads. */
    public void stop() {
        closing = true; // Before the threads are woken, because they check it.
        receivers.wakeAll();
        senders.wakeAll();
    }

    /** Ends the waiting requests, because nobody will receive them. To be called after {@link #stop()}. */
    public void abandonWaiting() {
        Arrival<Q, R> arrival;
        while ((arrival = poll()) != null) {
            arrival.abandon(failures.closed());
            settled(arrival);
        }
    }

    /**
     * Stops, waits until all requests have ended, and fails those that have not ended by then. An interrupt ends the
     * wait and stays set. A second call waits for the first.
     *
     * @param timeout the maximum time to wait
     */
    public void close(Duration timeout) {
        stop();
        boolean interrupted = false;
        try {
            unsettled.awaitEmpty(Deadlines.nanos(timeout));
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            queue.clear();
            unsettled.release();
        }
        BusException failure = failures.of(
                Reason.CLOSED,
                "the server closed before the request was answered (drainTimeout " + Deadlines.millis(timeout)
                        + " ms)");
        unsettled.forEach(arrival -> PeriodicCheck.safely(() -> arrival.abandon(failure)));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
