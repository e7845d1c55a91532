package org.slimta.bus.impl.observing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusLog;

/** The observers of one provider, and the threads that deliver their events. Thread-safe. */
public final class ObserverRegistry implements AutoCloseable {

    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How many observers may block at once before others have to wait. */
    private static final int MAX_THREADS = 64;

    /**
     * An observer that is registered as a service.
     *
     * @param key equal for the same service with the same target
     * @param observer the service object
     * @param target selects the buses by their properties
     * @param name names it in the log
     */
    public record Service(Object key, TransactionObserver observer, Predicate<Map<String, ?>> target, String name) {}

    private final BoundedLog log = new BoundedLog(BusLog.of("observer", null));
    private final Workers workers;
    private final UnreadResponses unread;
    private volatile List<Registered> all = List.of(); // Replaced under the lock.
    private List<Registered> services = List.of(); // Guarded by this.
    private final List<Registered> added = new ArrayList<>(); // Guarded by this.

    /**
     * Creates a registry without observers. Starts no thread.
     *
     * @param threads for the threads that deliver events
     */
    public ObserverRegistry(Threads threads) {
        this.workers = threads.newWorkers("slimta-bus-observers-", MAX_THREADS);
        this.unread = new UnreadResponses(threads.timer());
    }

    /** {@return those that are registered now; the same list as long as nothing changes} */
    List<Registered> all() {
        return all;
    }

    /** Logs that what observers have added to headers is not sent. */
    void headersLeftOut(String bus, String why) {
        log.warn("bus " + bus + ": requests are sent without the headers that observers have added: " + why, null);
    }

    UnreadResponses unread() {
        return unread;
    }

    /**
     * Adds an observer of all buses.
     *
     * @param observer the observer, not null
     * @return removes it
     */
    public synchronized Runnable add(TransactionObserver observer) {
        Objects.requireNonNull(observer, "observer");
        Registered one = new Registered(
                new Object(),
                observer,
                bus -> true,
                "observer " + observer.getClass().getName(),
                workers);
        added.add(one);
        update();
        return () -> remove(one);
    }

    private synchronized void remove(Registered one) {
        added.remove(one);
        update();
    }

    /**
     * Uses the services that are registered now.
     *
     * @param current supplies them, in the order in which they are called; called under a lock, so that the last caller
     *     has the last word
     */
    public synchronized void refresh(Supplier<List<Service>> current) {
        services = current.get().stream().map(this::keepOrRegister).toList();
        update();
    }

    private Registered keepOrRegister(Service service) {
        return services.stream()
                .filter(known -> known.key().equals(service.key()))
                .findFirst()
                .orElseGet(() -> new Registered(
                        service.key(), service.observer(), service.target(), "observer " + service.name(), workers));
    }

    private void update() {
        List<Registered> now = new ArrayList<>(services);
        now.addAll(added);
        all = List.copyOf(now);
    }

    /**
     * Waits until the events of the present observers were delivered, at most two seconds: what they write to may be closed
     * next. Then lets the threads end.
     */
    @Override
    public void close() {
        unread.close();
        long deadline = System.nanoTime() + CLOSE_WAIT_NANOS;
        while (!all.stream().allMatch(Registered::isIdle)
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        workers.close();
    }
}
