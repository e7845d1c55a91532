package org.slimta.bus.impl.observing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionObservation;

/**
 * One observer of one transaction, until a method of it throws, and at the same time its place in the queue of that
 * observer: events that follow each other soon are delivered together. Thread-safe.
 */
final class ObservedBy extends EventQueue.Event {

    private static final VarHandle QUEUED = queued();

    private final Registered observer;
    private final TransactionObservation observation;
    private volatile boolean failed;
    private volatile boolean queued; // Whether it waits in the queue.
    private volatile boolean sent; // Whether there is that event.
    private volatile End end; // Null before there is that event.
    private boolean sentDelivered; // Used by one event after the other.
    private boolean endDelivered; // The same.

    private static VarHandle queued() {
        try {
            return MethodHandles.lookup().findVarHandle(ObservedBy.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private ObservedBy(Registered observer, TransactionObservation observation) {
        this.observer = observer;
        this.observation = observation;
    }

    /** Tells an observer of a transaction. Returns null if it is not interested, or has thrown. */
    static ObservedBy begin(Registered observer, Start start) {
        try {
            TransactionObservation observation = observer.observer().started(start);
            return observation == null ? null : new ObservedBy(observer, observation);
        } catch (Throwable e) {
            observer.failed("started", e);
            return null;
        }
    }

    /** Returns the observation if it is that of this observer, else null. */
    TransactionObservation of(Registered one) {
        return one == observer ? observation : null;
    }

    /** Returns the headers with those that the observer adds. */
    Headers headers(Headers headers) {
        try {
            return Objects.requireNonNull(observation.headers(headers), "the headers are null");
        } catch (Throwable e) {
            failed("headers", e);
            return headers;
        }
    }

    /** Returns null if there is nothing to close. */
    TransactionObservation.Scope enter() {
        if (failed) {
            return null;
        }
        try {
            return observation.enter();
        } catch (Throwable e) {
            failed("enter", e);
            return null;
        }
    }

    void close(TransactionObservation.Scope scope) {
        try {
            scope.close();
        } catch (Throwable e) {
            failed("close", e);
        }
    }

    /** The requests are leaving the client. Does not block. */
    void sent() {
        if (SentListeners.contain(observation.getClass())) {
            sent = true;
            deliverSoon();
        }
    }

    /** The transaction has ended. Does not block. */
    void ended(End how) {
        end = how;
        deliverSoon();
    }

    /**
     * To be called after an event was noted: whoever finds this queued knows that the event will be seen, unless too many
     * wait at this moment.
     */
    private void deliverSoon() {
        if (!queued && QUEUED.compareAndSet(this, false, true) && !observer.later(this)) {
            queued = false;
        }
    }

    /** Delivers the events that have happened and were not delivered. */
    @Override
    void deliver() {
        queued = false; // Before the events are read: one that comes after that is delivered later.
        boolean hasSent = sent && !sentDelivered && !endDelivered; // The end is the last event, whatever comes late.
        sentDelivered |= hasSent;
        if (hasSent && !failed) {
            try {
                observation.sent();
            } catch (Throwable e) {
                failed("sent", e);
            }
        }
        End how = endDelivered ? null : end;
        endDelivered |= how != null;
        if (how != null && !failed) {
            Thread.interrupted(); // A flag that the event before has left set does not concern this one.
            try {
                observation.ended(how);
            } catch (Throwable e) {
                failed("ended", e);
            }
        }
    }

    private void failed(String method, Throwable thrown) {
        failed = true;
        observer.failed(method, thrown);
    }
}
