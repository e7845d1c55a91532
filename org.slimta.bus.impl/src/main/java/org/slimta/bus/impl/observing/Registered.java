package org.slimta.bus.impl.observing;

import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusLog;

/** One observer that is registered, with the events that it has not received yet. Thread-safe. */
final class Registered {

    private final Object key;
    private final TransactionObserver observer;
    private final Predicate<Map<String, ?>> target;
    private final String name;
    private final EventQueue events;
    private final BoundedLog log =
            new BoundedLog(BusLog.of("observer", null)); // Its own: none uses up the lines of another.

    Registered(
            Object key, TransactionObserver observer, Predicate<Map<String, ?>> target, String name, Executor threads) {
        this.key = key;
        this.observer = observer;
        this.target = target;
        this.name = name;
        this.events = new EventQueue(threads);
    }

    /** {@return what tells it from others: the same registration has an equal key} */
    Object key() {
        return key;
    }

    TransactionObserver observer() {
        return observer;
    }

    /** Whether it observes a bus with these properties. */
    boolean isFor(Map<String, ?> bus) {
        return target.test(bus);
    }

    /** {@return whether all its events were delivered} */
    boolean isIdle() {
        return events.isEmpty();
    }

    /** Delivers an event later. Returns false if too many wait. */
    boolean later(EventQueue.Event event) {
        boolean accepted = events.offer(event);
        if (!accepted) {
            log.warn(
                    name + " is too slow: at most " + EventQueue.MAX_WAITING
                            + " events may wait for it, so some are dropped",
                    null);
        }
        return accepted;
    }

    /** Logs what a method of the observer has thrown. */
    void failed(String method, Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt(); // Whoever interrupted this thread meant more than the observer.
        }
        log.failed(name + " failed in " + method + "() and gets no more events of that transaction", thrown);
    }
}
