package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slimta.bus.impl.status.BoundedLog;

/**
 * Calls a check on the timer for as long as there is something to check. A check that throws is logged and called again: no
 * fault ends the checks. It is called by one thread at a time. Thread-safe.
 */
public final class PeriodicCheck implements AutoCloseable {

    /** What is checked. */
    @FunctionalInterface
    public interface Check {

        /**
         * Checks. Must be short, must not block, and must run no code of users.
         *
         * @return after how many nanoseconds to check again, or {@link #NOT_AGAIN} until somebody wakes the check
         */
        long check();
    }

    /** There is nothing to check for now. */
    public static final long NOT_AGAIN = Long.MAX_VALUE;

    /** The longest and the shortest pause for whoever looks whether something takes too long. */
    public static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private static final Duration MIN_PAUSE = Duration.ofMillis(10);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final BoundedLog LOG = new BoundedLog(PeriodicCheck.class);
    private static final BoundedLog PART_LOG = new BoundedLog(PeriodicCheck.class); // Its lines take no room from those of others.

    private final Timer timer;
    private final Check check;
    private final long interval;

    // The two are volatile so that wake() costs next to nothing while a call is due; both are written under the lock.
    private volatile boolean due;
    private volatile long dueAt;

    private Future<?> scheduled; // Guarded by this.
    private int callNumber; // Guarded by this. Tells the call that is due from those that an earlier one has replaced.
    private boolean closed; // Guarded by this.

    /**
     * A check that is not called before it is woken.
     *
     * @param timer calls it
     * @param interval the time to the next call after {@link #wake()}, and after a call that failed
     * @param check what is called
     */
    public PeriodicCheck(Timer timer, Duration interval, Check check) {
        this.timer = timer;
        this.interval = interval.toNanos();
        this.check = check;
    }

    /** There is something to check: calls the check within its interval, unless a call is due already. */
    public void wake() {
        if (!due) {
            schedule(timer.now() + interval);
        }
    }

    /**
     * There is something to check at a certain time: calls the check then, or before.
     *
     * @param time a time of {@link Timer#now()}
     */
    public void wakeAt(long time) {
        if (!due || dueAt - time > 0) {
            schedule(time);
        }
    }

    private synchronized void schedule(long time) {
        if (closed || due && dueAt - time <= 0) {
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
            due = done; // Otherwise whoever wakes it next would rely on a call that does not come.
        }
    }

    /** Nothing is due while the check runs, so that whoever wakes it then is not overlooked. */
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
            LOG.failed("A check failed, and is called again", e);
        }
        if (next != NOT_AGAIN) {
            callAfter(next);
        }
    }

    /** Without memory not even this can be had at once, and nobody else would try again. */
    private void callAfter(long delay) {
        while (true) {
            try {
                wakeAt(timer.now() + delay);
                return;
            } catch (Throwable e) {
                LOG.failed("A check cannot be called again; this is tried again", e);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /**
     * How long to wait until it is looked again whether something takes too long: a quarter of the shortest of some time-outs,
     * so that each is noticed in time, from 10 ms to 1 s.
     *
     * @param timeouts what is looked at
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
     * Does one part of a check: what it throws is logged, and keeps no other part from its turn.
     *
     * @param part what to do
     */
    public static void safely(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            PART_LOG.failed("A part of a check failed, and is tried again", e);
        }
    }

    /** There is nothing to check for now: calls the check no more, until somebody wakes it. */
    public synchronized void cancel() {
        if (!closed && scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
            callNumber++;
            due = false;
        }
    }

    /** Calls the check no more. Does not wait for a call that is under way. */
    @Override
    public synchronized void close() {
        closed = true;
        due = true; // Whoever wakes it need not come here again.
        dueAt = Long.MIN_VALUE / 2 + timer.now();
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
