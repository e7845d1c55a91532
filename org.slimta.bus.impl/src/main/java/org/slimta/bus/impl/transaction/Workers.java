package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Runs tasks on as few threads as keep up with them: waking a thread costs more than most tasks do. Another one starts when
 * there is a backlog, or when the tasks that are being run hold up those behind them. Thread-safe.
 */
public final class Workers implements Executor, AutoCloseable {

    private static final int BACKLOG = 32;
    private static final int TOGETHER = 32;
    private static final long SHORT_TASK = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long IDLE = TimeUnit.SECONDS.toNanos(30);
    private static final Duration LOOK = Duration.ofMillis(2);

    private volatile int most;
    private final ThreadFactory factory;
    private final BiConsumer<Duration, Runnable> timer;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger active = new AtomicInteger();
    private final Deque<Shift> idle = new ConcurrentLinkedDeque<>();
    private final Queue<Runnable> soon = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ThreadLocal<Shift> shifts = new ThreadLocal<>();
    private final BooleanSupplier hasTasks = () -> !tasks.isEmpty();
    private Runnable lastSeen;
    private volatile int looks;
    private volatile boolean closed;

    /** At most so many threads at once. */
    Workers(int most, ThreadFactory factory, BiConsumer<Duration, Runnable> timer) {
        this.most = most;
        this.factory = factory;
        this.timer = timer;
    }

    /**
     * Changes how many threads there may be. Those that are too many end when they find nothing to do.
     *
     * @param newMost 1 or more
     */
    public void setMost(int newMost) {
        most = newMost;
    }

    /**
     * Runs a task on one of the threads; after {@link #close()} here and now.
     *
     * @param task the task
     */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            task.run();
            return;
        }
        tasks.add(task);
        int waiting = queued.incrementAndGet();
        int running = active.get();
        if (running == 0 || waiting > running * BACKLOG) {
            start(running);
        }
        look();
        if (closed) {
            runAll();
        }
    }

    /** The one that was idle last is woken: what it needs is still at hand. */
    private void start(int running) {
        if (running < most && active.compareAndSet(running, running + 1)) {
            Shift shift = idle.pollFirst();
            if (shift != null) {
                shift.wake();
            } else {
                factory.newThread(new Shift()).start();
            }
        }
    }

    private Runnable next() {
        Runnable task = tasks.poll();
        if (task != null) {
            queued.decrementAndGet();
        }
        return task;
    }

    private void runAll() {
        Runnable task;
        while ((task = next()) != null) {
            task.run();
        }
    }

    boolean putOff(Runnable action) {
        Shift shift = shifts.get();
        return shift != null && shift.putOff(action);
    }

    void doSoon(Runnable action) {
        soon.add(action);
        look();
    }

    private void look() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            timer.accept(LOOK, this::lookNow);
        }
    }

    /** Runs on the timer. */
    private void lookNow() {
        looks++; // Only here, by one thread at a time. What is put off from now on has to be so again.
        doWhatWasPutOff();
        Runnable first = tasks.peek();
        if (first != null && first == lastSeen) {
            start(active.get());
        }
        lastSeen = first;
        if (first != null || active.get() > 0 || !soon.isEmpty()) {
            timer.accept(LOOK, this::lookNow);
            return;
        }
        looking.set(false);
        if (!tasks.isEmpty() || !soon.isEmpty()) {
            look();
        }
    }

    private void doWhatWasPutOff() {
        Runnable action;
        for (int i = soon.size(); i > 0 && (action = soon.poll()) != null; i--) {
            runSafely(action);
        }
    }

    /** What was put off is nothing that may end a thread which others wait for. */
    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** Lets the threads end when nothing is left to be done. Does not wait. */
    @Override
    public void close() {
        closed = true;
        idle.forEach(Shift::wake);
        doWhatWasPutOff();
    }

    /** One thread, and the tasks that it runs without a pause. */
    private final class Shift implements Runnable {

        private final List<Runnable> putOff = new ArrayList<>();
        private volatile Thread thread;
        private volatile boolean called;
        private int putOffCount;
        private int looksBefore;
        private long taskStart;

        @Override
        public void run() {
            thread = Thread.currentThread();
            shifts.set(this);
            do {
                work();
            } while (awaitCall());
        }

        private void work() {
            do {
                Runnable task;
                while ((task = next()) != null) {
                    run(task);
                }
                end();
            } while (BriefWait.until(hasTasks));
            called = false;
            idle.addFirst(this);
            active.decrementAndGet();
            if (!tasks.isEmpty()) {
                start(active.get());
            }
        }

        private boolean awaitCall() {
            long deadline = System.nanoTime() + IDLE;
            while (!called && !closed) {
                long left = deadline - System.nanoTime();
                if (left <= 0 && idle.remove(this)) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.max(left, SHORT_TASK));
            }
            return called;
        }

        void wake() {
            called = true;
            LockSupport.unpark(thread);
        }

        private void run(Runnable task) {
            taskStart = System.nanoTime();
            try {
                task.run();
            } catch (Throwable e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
            if (putOffCount >= TOGETHER) {
                end();
            }
        }

        boolean putOff(Runnable action) {
            putOffCount++;
            if (System.nanoTime() - taskStart > SHORT_TASK) {
                return false;
            }
            boolean known = !putOff.isEmpty() && putOff.contains(action);
            if (!known) {
                putOff.add(action);
            }
            if (!known || looks != looksBefore) {
                looksBefore = looks;
                doSoon(action);
            }
            return true;
        }

        private void end() {
            putOffCount = 0;
            putOff.forEach(Workers::runSafely);
            putOff.clear();
        }
    }
}
