package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Look-ups that may block, such as that of a host name. There is one at a time for each thing that is looked up, and all who
 * ask for that thing meanwhile share its outcome. So a look-up that hangs holds one thread, and delays only those who want the
 * same. Thread-safe.
 */
final class Lookups {

    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

    private final Executor threads;
    private final Map<Object, Lookup<?>> running = new HashMap<>();

    /**
     * Nothing is being looked up.
     *
     * @param threads where to look things up; may refuse with an exception
     */
    Lookups(Executor threads) {
        this.threads = threads;
    }

    /** One who waits for an outcome. */
    @FunctionalInterface
    interface Inquiry {

        /** Waits no more. The outcome may be told all the same if it is just being told. */
        void cancel();
    }

    /**
     * Asks for something. Does not wait.
     *
     * @param <V> type of the outcome
     * @param subject what is looked up; the same look-up is shared by all who ask for an equal one
     * @param lookup finds the outcome; not called if somebody else's look-up of the same is running
     * @param whenKnown what is given the outcome, or else the failure, once, on a thread that may block briefly; on this one if
     *     no thread can be had
     * @return the inquiry
     */
    @SuppressWarnings("unchecked")
    <V> Inquiry ask(Object subject, Callable<V> lookup, BiConsumer<? super V, Throwable> whenKnown) {
        Lookup<V> starting = null;
        Lookup<V> shared;
        Outcome<V> inquiry;
        synchronized (running) {
            shared = (Lookup<V>) running.get(subject);
            if (shared == null) {
                starting = new Lookup<>(subject, lookup);
                shared = starting;
                running.put(subject, starting);
            }
            inquiry = new Outcome<>(shared, whenKnown);
            shared.inquiries.add(inquiry);
        }
        if (starting != null) {
            try {
                threads.execute(starting);
            } catch (RuntimeException | Error e) {
                starting.end(null, e);
            }
        }
        return inquiry;
    }

    private final class Outcome<V> implements Inquiry {

        private final Lookup<V> lookup;
        private final BiConsumer<? super V, Throwable> whenKnown;

        Outcome(Lookup<V> lookup, BiConsumer<? super V, Throwable> whenKnown) {
            this.lookup = lookup;
            this.whenKnown = whenKnown;
        }

        @Override
        public void cancel() {
            synchronized (running) {
                lookup.inquiries.remove(this);
            }
        }

        void deliver(V value, Throwable failure) {
            try {
                whenKnown.accept(value, failure);
            } catch (RuntimeException | Error e) {
                LOG.warn("The outcome of a look-up could not be used; others who wait for it get it", e);
            }
        }
    }

    private final class Lookup<V> implements Runnable {

        private final Object subject;
        private final Callable<V> lookup;
        private final Set<Outcome<V>> inquiries = new LinkedHashSet<>();

        Lookup(Object subject, Callable<V> lookup) {
            this.subject = subject;
            this.lookup = lookup;
        }

        @Override
        public void run() {
            V value = null;
            Throwable failure = null;
            try {
                value = lookup.call();
            } catch (Throwable e) {
                failure = e;
            }
            end(value, failure);
        }

        void end(V value, Throwable failure) {
            List<Outcome<V>> all;
            synchronized (running) {
                running.remove(subject, this);
                all = new ArrayList<>(inquiries);
                inquiries.clear();
            }
            all.forEach(each -> each.deliver(value, failure));
        }
    }
}
