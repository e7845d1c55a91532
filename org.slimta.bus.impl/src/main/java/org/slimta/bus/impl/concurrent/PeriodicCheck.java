package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * Calls a check on the timer as long as there is something to check. A check that throws is logged and called again: no
 * fault ends the checks. Only one thread calls it at a time. Thread-safe.
 */
public final class PeriodicCheck implements AutoCloseable {

    /** The check. */
    @FunctionalInterface
    public interface Check {

        /**
         * Checks. Must be short, must not block, and must not run code of users.
         *
         * @return the time to the next call, in nanoseconds, or {@link #NOT_AGAIN} for no call until the check is woken
         */
        long check();
    }

    /** There is nothing to check for now. */
    public static final long NOT_AGAIN = Long.MAX_VALUE;

    /** The longest pause between two checks for timeouts. */
    public static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private static final Duration MIN_PAUSE = Duration.ofMillis(10);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final BoundedLog LOG = new BoundedLog(PeriodicCheck.class);
    // Separate, so that failures of parts do not use up the lines of other failures.
    private static final BoundedLog PART_LOG = new BoundedLog(PeriodicCheck.class);

    private final Timer timer;
    private final Check check;
    private final long interval;

    // Both are volatile so that wake() costs almost nothing while a call is due; both are written under the lock.
    private volatile boolean due;
    private volatile long dueAt;

    private Future<?> scheduled; // Guarded by this.
    private int callNumber; // Guarded by this. Distinguishes the call that is due from calls that it has replaced.
    private boolean closed; // Guarded by this.

    /**
     * Creates a check that is not called before it is woken.
     *
     * @param timer calls the check
     * @param interval the time to the next call after {@link #wake()}, and after a call that failed
     * @param check the check
     */
    public PeriodicCheck(Timer timer, Duration interval, Check check) {
        this.timer = timer;
        this.interval = interval.toNanos();
        this.check = check;
    }

    /**
     * Announces that there is something to check: the check is called within its interval, unless a call is already
     * due.
     */
    public void wake() {
        if (!due) {
            schedule(timer.now() + interval);
        }
    }

    /**
     * Announces that there will be something to check at a certain time: the check is called then or earlier.
     *
     * @param time a time of {@link Timer#now()}
     */
    public void wakeAt(long time) {
        if (!due || dueAt - time > 0) {
            schedule(time);
        }
    }

    private synchronized void schedule(long time) {
        if (closed || (due && dueAt - time <= 0)) {
            return;
        }
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        int number = ++callNumber;
        dueAt = time;
        due = true;
        boolean done = false;
        try {
            scheduled = timer.after(Duration.ofNanos(Math.max(0, time - timer.now())), () -> run(number));
            done = true;
        } finally {
            due = done; // Otherwise the next wake() would rely on a call that is never made.
        }
    }

    /** No call is due while the check runs, so that a wake() during the check has an effect. */
    private void run(int number) {
        synchronized (this) {
            if (closed || number != callNumber) {
                return;
            }
            due = false;
            scheduled = null;
        }
        long next = interval;
        try {
            next = check.check();
        } catch (Throwable e) {
            LOG.failed("A check failed; it will be called again", e);
        }
        if (next != NOT_AGAIN) {
            callAfter(next);
        }
    }

    /**
     * Retries until the timer accepts the call: without memory even this may fail, and nothing else would schedule it.
     */
    private void callAfter(long delay) {
        while (true) {
            try {
                wakeAt(timer.now() + delay);
                return;
            } catch (Throwable e) {
                LOG.failed("Cannot schedule the next call of a check; retrying", e);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /**
     * Returns the pause between two checks for timeouts: a quarter of the shortest timeout, so that each is noticed in
     * time, but at least 10 ms and at most 1 s.
     *
     * @param timeouts the timeouts that the check looks for
     * @return nanoseconds
     */
    public static long pause(Duration... timeouts) {
        long pause = MAX_PAUSE.toNanos();
        for (Duration timeout : timeouts) {
            pause = Math.min(pause, Deadlines.nanos(timeout) / 4);
        }
        return Math.max(MIN_PAUSE.toNanos(), pause);
    }

    /**
     * Runs one part of a check. What it throws is logged, and does not prevent the other parts from running.
     *
     * @param part the part
     */
    public static void safely(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            PART_LOG.failed("A part of a check failed; it will be retried", e);
        }
    }

    /** Announces that there is nothing to check: the check is not called until it is woken again. */
    public synchronized void cancel() {
        if (!closed && scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
            callNumber++;
            due = false;
        }
    }

    /** Ends the calls of the check. Does not wait for a call that is in progress. */
    @Override
    public synchronized void close() {
        closed = true;
        due = true; // So wake() does nothing from now on.
        dueAt = Long.MIN_VALUE / 2 + timer.now();
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
