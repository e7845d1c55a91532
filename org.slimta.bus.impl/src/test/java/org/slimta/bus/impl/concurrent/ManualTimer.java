package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A timer whose time a test moves: tasks run on the thread that moves it. Thread-safe. */
public final class ManualTimer implements Timer {

    private record Task(long time, long number, Runnable action, CompletableFuture<Void> future) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::time).thenComparingLong(Task::number));
    private long now = Long.MAX_VALUE - 1_000_000; // Soon past the largest number: a time is good for differences only.
    private long count;
    private RuntimeException refusal;

    @Override
    public synchronized long now() {
        return now;
    }

    @Override
    public synchronized Future<?> after(Duration delay, Runnable task) {
        if (refusal != null) {
            throw refusal;
        }
        CompletableFuture<Void> future = new CompletableFuture<>();
        tasks.add(new Task(passed() + Math.max(0, delay.toNanos()), count++, task, future));
        return future;
    }

    /** Makes it refuse tasks from now on, or not any more. */
    public synchronized void refuse(RuntimeException failure) {
        refusal = failure;
    }

    private long passed() {
        return now - (Long.MAX_VALUE - 1_000_000);
    }

    /** Lets time pass, and runs what is due meanwhile, in order. */
    public void advance(Duration time) {
        long end;
        synchronized (this) {
            end = passed() + time.toNanos();
        }
        Task next;
        while ((next = take(end)) != null) {
            if (!next.future().isDone()) {
                next.action().run();
            }
        }
        synchronized (this) {
            now += end - passed();
        }
    }

    private synchronized Task take(long end) {
        Task next = tasks.peek();
        if (next == null || next.time() > end) {
            return null;
        }
        now += Math.max(0, next.time() - passed());
        return tasks.poll();
    }

    /** How many tasks are still to come. */
    public synchronized long pending() {
        return tasks.stream().filter(task -> !task.future().isDone()).count();
    }

    /** How many tasks are still to come after more than some time. */
    public synchronized long pendingAfter(Duration time) {
        long end = passed() + time.toNanos();
        return tasks.stream()
                .filter(task -> task.time() > end && !task.future().isDone())
                .count();
    }

    @Override
    public synchronized void close() {
        tasks.clear();
    }
}
