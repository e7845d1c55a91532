package org.slimta.bus.impl.concurrent;

import java.time.Duration;
import java.util.concurrent.Future;

/** Tells the time and calls tasks later. A test has one whose time it moves. Thread-safe. */
public interface Timer extends AutoCloseable {

    /**
     * The time.
     *
     * @return nanoseconds since some moment; of use only in differences, as with {@link System#nanoTime()}
     */
    long now();

    /**
     * Calls a task after some time; never after {@link #close()}. What the task throws is logged.
     *
     * @param delay the time to wait
     * @param task the task, which must be short, must not block, and must run no code of users
     * @return cancels the task
     */
    Future<?> after(Duration delay, Runnable task);

    @Override
    void close();
}
