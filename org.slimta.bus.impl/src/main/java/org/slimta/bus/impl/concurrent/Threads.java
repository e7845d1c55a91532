package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * The threads of one provider, divided by what may block. The timer and the workers run our own short tasks; handshakes and
 * look-ups have threads of their own; code of users runs on threads of its bus, by {@link #newWorkers} and
 * {@link #newBusThreads}, and on no other. Thread-safe.
 */
public final class Threads implements AutoCloseable {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Each look-up of a name and each reading of certificates may block for as long as a name service or a disk hangs. */
    private static final int MAX_LOOKUPS = 256;

    private final Timer timer;
    private final DeferredFlushes deferred;
    private final Workers workers;
    private final Workers handshakes;
    private final Workers lookups;

    /** Threads that go by the clock of the system. */
    public Threads() {
        this(new SystemTimer());
    }

    /**
     * Threads that go by some timer.
     *
     * @param timer the timer, which is closed with this
     */
    public Threads(Timer timer) {
        this.timer = timer;
        this.deferred = new DeferredFlushes(timer);
        this.workers = newPlatformWorkers("slimta-bus-worker-", Math.max(4, 2 * PROCESSORS));
        this.handshakes = newPlatformWorkers("slimta-bus-handshake-", Math.max(1, PROCESSORS / 2));
        this.lookups = newPlatformWorkers("slimta-bus-lookup-", MAX_LOOKUPS);
    }

    /**
     * Threads for short tasks of our own, which do not block; they are platform threads, which are quicker at those. Their owner
     * closes them.
     *
     * @param name the beginning of the names of the threads
     * @param maxThreads how many at once
     * @return the threads; none is started yet
     */
    public Workers newPlatformWorkers(String name, int maxThreads) {
        ThreadFactory factory = new DaemonThreads(name);
        return new Workers(maxThreads, factory, factory, timer, deferred);
    }

    /**
     * Threads for tasks that may block, virtual ones where the JVM has them. Their owner closes them.
     *
     * @param name the beginning of the names of the threads
     * @param maxThreads how many at once
     * @return the threads; none is started yet
     */
    public Workers newWorkers(String name, int maxThreads) {
        ThreadFactory factory = VirtualThreads.orElse(name, new DaemonThreads(name));
        return new Workers(maxThreads, factory, factory, timer, deferred);
    }

    /**
     * Threads for what a bus runs of its users' code. Their owner closes them.
     *
     * @param bus the name of the bus
     * @param maxThreads how many transactions may be in flight at once
     * @return the threads; none is started yet
     */
    public BusThreads newBusThreads(String bus, int maxThreads) {
        return new BusThreads(bus, maxThreads, this::newMixedWorkers);
    }

    /**
     * The first threads are platform threads, which are quicker at short tasks, and which a task that pins the carriers of
     * virtual threads, of whatever bus, cannot hold up. Those that make up for blocked ones are virtual where there are such.
     */
    private Workers newMixedWorkers(String name, int maxThreads) {
        ThreadFactory platform = new DaemonThreads(name);
        return new Workers(maxThreads, platform, VirtualThreads.orElse(name + "v", platform), timer, deferred);
    }

    /**
     * Runs a short task of our own on a worker. After {@link #close()} it still runs, on the calling
     * thread if no other can be had, so that nothing that is still to be told gets lost. How much can be waiting is bounded by the transactions that are under way.
     *
     * @param task the task, which must not block, nor run code of users
     */
    public void execute(Runnable task) {
        workers.execute(task);
    }

    /**
     * For what costs processor time in TLS handshakes: half of the processors, so that many handshakes at once leave some for
     * the connections that are past theirs.
     *
     * @return runs tasks that do not block
     */
    public Executor handshakes() {
        return handshakes;
    }

    /**
     * For look-ups of names and for reading certificates.
     *
     * @return runs tasks that may block, though not for ever
     */
    public Executor lookups() {
        return lookups;
    }

    /**
     * Tells whether the thread that calls this is one of those.
     *
     * @return whether it runs tasks for buses, and so should not wait for what other tasks may bring
     */
    public boolean isWorkerThread() {
        return deferred.isWorker();
    }

    /**
     * Puts off what is better done once for many tasks, as long as there are more tasks for this thread, by 2 ms at most.
     *
     * @param action what is to be done, soon, on any thread; must not block
     * @return whether it will be; false if this thread is not one that runs short tasks
     */
    public boolean deferFlush(Runnable action) {
        return deferred.defer(action);
    }

    /**
     * Does something after 2 ms at maxThreads, on any thread.
     *
     * @param action what is to be done; must not block
     */
    public void runSoon(Runnable action) {
        deferred.runSoon(action);
    }

    /**
     * The time.
     *
     * @return nanoseconds, of use only in differences
     */
    public long now() {
        return timer.now();
    }

    /**
     * What calls checks and deadlines.
     *
     * @return always the same
     */
    public Timer timer() {
        return timer;
    }

    /**
     * Runs a task on the timer after some time; never after {@link #close()}.
     *
     * @param delay after how long
     * @param task the task, which must be short and run nobody else's code
     * @return what cancels it
     */
    public Future<?> after(Duration delay, Runnable task) {
        return timer.after(delay, task);
    }

    /** Runs what is waiting, but no more timers. Does not wait. */
    @Override
    public void close() {
        timer.close();
        deferred.close();
        workers.close();
        handshakes.close();
        lookups.close();
    }
}
