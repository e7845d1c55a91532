package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Future;

/** Provides the time, and calls tasks later. Tests have one whose time they advance. Thread-safe. */
public interface Timer extends AutoCloseable {

    /**
     * {@return the time in nanoseconds since some moment, meaningful only in differences, as with
     * {@link System#nanoTime()}}
     */
    long now();

    /**
     * Calls a task after a delay; never after {@link #close()}. What the task throws is logged.
     *
     * @param delay the delay
     * @param task the task; must be short, must not block, and must not run code of users
     * @return a future that cancels the task
     */
    Future<?> after(Duration delay, Runnable task);

    @Override
    void close();
}
