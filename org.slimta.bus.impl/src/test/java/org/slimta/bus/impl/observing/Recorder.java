package org.slimta.bus.impl.observing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.impl.fixture.Await;

/** Records what it observes. */
public final class Recorder implements TransactionObserver {

    /** One transaction at one place. */
    public static final class One implements TransactionObservation {

        private final TransactionStart start;
        private final List<String> events = new CopyOnWriteArrayList<>();
        private volatile TransactionEnd end;

        One(TransactionStart start) {
            this.start = start;
        }

        /** {@return how it began} */
        public TransactionStart start() {
            return start;
        }

        /** {@return the names of its events so far, in order} */
        public List<String> events() {
            return events;
        }

        /** {@return how it has ended, as soon as it has} */
        public TransactionEnd end() {
            Await.until("it has ended: " + start, () -> end != null);
            return end;
        }

        @Override
        public Headers headers(Headers headers) {
            return headers.with("observed-by", "recorder");
        }

        @Override
        public Scope enter() {
            events.add("enter");
            return () -> events.add("leave");
        }

        @Override
        public void sent() {
            events.add("sent");
        }

        @Override
        public void ended(TransactionEnd ending) {
            BusException failure = ending.failure();
            events.add("ended" + (failure == null ? "" : " " + failure.reason() + " " + failure.outcome()));
            end = ending;
        }
    }

    private final List<One> all = new CopyOnWriteArrayList<>();

    /** {@return what began so far} */
    public List<One> all() {
        return all;
    }

    /**
     * Waits until a transaction has begun.
     *
     * @param role where
     * @return the only one
     */
    public One only(Role role) {
        Await.until("a transaction begins at the " + role, () -> all(role).size() == 1);
        return all(role).get(0);
    }

    /**
     * Returns what began so far.
     *
     * @param role where
     * @return all of them in order
     */
    public List<One> all(Role role) {
        return all.stream().filter(one -> one.start().role() == role).toList();
    }

    @Override
    public TransactionObservation started(TransactionStart start) {
        One one = new One(start);
        all.add(one);
        return one;
    }

    /** Checks that a time is one that can have passed. */
    static boolean isPlausible(Duration time) {
        return !time.isNegative() && time.compareTo(Duration.ofMinutes(1)) < 0;
    }
}
