package org.slimta.bus.impl.monitor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.status.BusInventory;

/**
 * Looks at the open buses of one provider every second, as long as there are any, and soon after one was opened or
 * closed. Advances their statistics every 5 seconds. Thread-safe.
 */
public final class BusMonitor implements AutoCloseable {

    private enum State {
        /** It looks at the buses as long as there are any. */
        RUNNING,
        /** The provider stops, and the observers are closed. Final. */
        CLOSED
    }

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** When many buses are opened and closed, so many of these changes are seen together. */
    private static final Duration AFTER_CHANGE = Duration.ofMillis(100);

    private final Timer timer;
    private final Executor executor;
    private final BusInventory buses;
    private final List<BusObserver> observers;
    private final PeriodicCheck check;
    private State state = State.RUNNING; // Guarded by this.
    private boolean started; // Guarded by this.
    private long periodStart; // Guarded by this. Meaningless before it has started.

    /**
     * Creates a monitor that writes states to the log and registers MBeans. Starts no thread before the first change.
     *
     * @param threads its timer, and a thread that may block
     * @param buses the buses
     */
    public BusMonitor(Threads threads, BusInventory buses) {
        this(threads.timer(), threads.lookups(), buses, List.of(new StateLog(buses), new BusMBeans(buses)));
    }

    /** Creates a monitor whose observers, which it owns, run on an executor. */
    BusMonitor(Timer timer, Executor executor, BusInventory buses, List<BusObserver> observers) {
        this.timer = timer;
        this.executor = executor;
        this.buses = buses;
        this.observers = observers;
        this.check = new PeriodicCheck(timer, AFTER_CHANGE, this::check);
        buses.onChange(this::changed);
    }

    /** A call of the check that is due earlier makes this cheap: many buses may be opened in a second. */
    private void changed() {
        check.wakeAt(timer.now() + AFTER_CHANGE.toNanos());
    }

    /** Not on the timer: an observer may wait for a file of the log. The next call is due when this one is over. */
    private long check() {
        executor.execute(this::observeAndGoOn);
        return PeriodicCheck.NOT_AGAIN;
    }

    private void observeAndGoOn() {
        try {
            observe();
        } finally {
            if (!buses.isEmpty()) {
                check.wakeAt(timer.now() + INTERVAL_NANOS);
            }
        }
    }

    private synchronized void observe() {
        if (state == State.CLOSED) {
            return;
        }
        buses.removeClosed();
        long now = timer.now();
        if (!started) {
            started = true;
            periodStart = now;
        } else if (now - periodStart >= PERIOD_NANOS) {
            periodStart = now;
            buses.forEach(bus -> PeriodicCheck.safely(bus::advance));
        }
        observers.forEach(observer -> PeriodicCheck.safely(observer::observe));
    }

    /** Looks at the buses no more, and closes the observers. Waits while they look at the buses. */
    @Override
    public void close() {
        check.close();
        synchronized (this) {
            state = State.CLOSED;
            observers.forEach(observer -> PeriodicCheck.safely(observer::close));
        }
    }
}
