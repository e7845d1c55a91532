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
 * Look-ups that may block, such as that of a host name. Only one look-up runs at a time for each subject, and all
 * callers that ask for that subject meanwhile share its outcome. So a look-up that hangs blocks one thread, and delays
 * only the callers that want the same. Thread-safe.
 */
final class Lookups {

    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

    private final Executor threads;
    private final Map<Object, Lookup<?>> running = new HashMap<>();

    /**
     * Creates an instance without look-ups.
     *
     * @param threads runs the look-ups; may reject a task with an exception
     */
    Lookups(Executor threads) {
        this.threads = threads;
    }

    /** A caller's wait for an outcome. */
    @FunctionalInterface
    interface Inquiry {

        /** Ends the wait. The outcome may still be delivered if that is happening at the moment. */
        void cancel();
    }

    /**
     * Asks for an outcome. Does not block.
     *
     * @param <V> type of the outcome
     * @param subject what is looked up; equal subjects share a look-up
     * @param lookup finds the outcome; not called if another caller's look-up of the same subject is running
     * @param whenKnown receives the outcome or a failure, once, on a thread that may block briefly; on this thread if
     *     no other is available
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
                LOG.warn("A callback of a look-up failed; the other callers get the outcome", e);
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
