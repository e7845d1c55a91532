package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * The threads of one provider, divided by what may block. The timer and the workers run short tasks of the provider;
 * handshakes and look-ups have threads of their own; code of users runs only on the threads of its bus,
 * from {@link #newWorkers} and {@link #newBusThreads}. Thread-safe.
 */
public final class Threads implements AutoCloseable {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /**
     * Each look-up of a name and each reading of certificates may block for as long as a name service or a disk does
     * not respond.
     */
    private static final int MAX_LOOKUPS = 256;

    private final Timer timer;
    private final DeferredFlushes deferred;
    private final Workers workers;
    private final Workers handshakes;
    private final Workers lookups;

    /** Creates threads that use the clock of the system. */
    public Threads() {
        this(new SystemTimer());
    }

    /**
     * Creates threads that use the given timer.
     *
     * @param timer the timer; closed together with this object
     */
    public Threads(Timer timer) {
        this.timer = timer;
        this.deferred = new DeferredFlushes(timer);
        this.workers = newPlatformWorkers("slimta-bus-worker-", Math.max(4, 2 * PROCESSORS));
        this.handshakes = newPlatformWorkers("slimta-bus-handshake-", Math.max(1, PROCESSORS / 2));
        this.lookups = newPlatformWorkers("slimta-bus-lookup-", MAX_LOOKUPS);
    }

    /**
     * Creates workers for short tasks of the provider, which do not block. They are platform threads, which are quicker
     * at such tasks. The owner closes them.
     *
     * @param name the beginning of the names of the threads
     * @param maxThreads the maximum number of threads
     * @return the workers; no thread is started yet
     */
    public Workers newPlatformWorkers(String name, int maxThreads) {
        ThreadFactory factory = new DaemonThreads(name);
        return new Workers(maxThreads, factory, factory, timer, deferred);
    }

    /**
     * Creates workers for tasks that may block: virtual threads if the JVM has them. The owner closes them.
     *
     * @param name the beginning of the names of the threads
     * @param maxThreads the maximum number of threads
     * @return the workers; no thread is started yet
     */
    public Workers newWorkers(String name, int maxThreads) {
        ThreadFactory factory = VirtualThreads.orElse(name, new DaemonThreads(name));
        return new Workers(maxThreads, factory, factory, timer, deferred);
    }

    /**
     * Creates the threads on which a bus runs the code of its users. The owner closes them.
     *
     * @param bus the name of the bus
     * @param maxThreads how many transactions may be in flight at once
     * @return the threads; none is started yet
     */
    public BusThreads newBusThreads(String bus, int maxThreads) {
        return new BusThreads(bus, maxThreads, this::newMixedWorkers);
    }

    /**
     * The first threads are platform threads: they are quicker at short tasks, and a task that pins the carrier threads
     * of virtual threads, of whichever bus, cannot delay them. The threads that replace blocked ones are virtual if the
     * JVM has virtual threads.
     */
    private Workers newMixedWorkers(String name, int maxThreads) {
        ThreadFactory platform = new DaemonThreads(name);
        return new Workers(maxThreads, platform, VirtualThreads.orElse(name + "v", platform), timer, deferred);
    }

    /**
     * Runs a short task of the provider on a worker. After {@link #close()} the task still runs, on the calling thread
     * if there is no other, so that no notification is lost. The transactions in flight bound the number of waiting
     * tasks.
     *
     * @param task the task; must not block and must not run code of users
     */
    public void execute(Runnable task) {
        workers.execute(task);
    }

    /**
     * {@return the executor for the TLS engine tasks of handshakes, which do not block; it uses half of the processors,
     * so that many simultaneous handshakes leave some for the other connections}
     */
    public Executor handshakes() {
        return handshakes;
    }

    /** {@return the executor for name look-ups and for reading certificates; its tasks may block, but not for ever} */
    public Executor lookups() {
        return lookups;
    }

    /**
     * {@return whether the current thread is one of these: it runs tasks for buses, so it must not wait for the results
     * of other tasks}
     */
    public boolean isWorkerThread() {
        return deferred.isWorker();
    }

    /**
     * Defers an action that is better done once for many tasks, for at most 2 ms, while this thread has more tasks.
     *
     * @param action the action, which runs soon, on any thread; must not block
     * @return whether the action will run; false if this thread does not run short tasks
     */
    public boolean deferFlush(Runnable action) {
        return deferred.defer(action);
    }

    /**
     * Runs an action within 2 ms, on any thread.
     *
     * @param action the action; must not block
     */
    public void runSoon(Runnable action) {
        deferred.runSoon(action);
    }

    /** {@return the time in nanoseconds, which is meaningful only in differences} */
    public long now() {
        return timer.now();
    }

    /** {@return the timer that calls checks and deadlines; always the same object} */
    public Timer timer() {
        return timer;
    }

    /**
     * Runs a task on the timer after a delay; never after {@link #close()}.
     *
     * @param delay the delay
     * @param task the task; must be short and must not run code of users
     * @return a future that cancels the task
     */
    public Future<?> after(Duration delay, Runnable task) {
        return timer.after(delay, task);
    }

    /** Lets the threads run the waiting tasks, but no more timers. Does not block. */
    @Override
    public void close() {
        timer.close();
        deferred.close();
        workers.close();
        handshakes.close();
        lookups.close();
    }
}
