package org.slimta.bus.impl.config;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that runs after each request for it, on one thread at a time. Any number of requests during a run cause one
 * more run. Thread-safe.
 */
final class CoalescingTask {

    private static final Logger LOG = LoggerFactory.getLogger(CoalescingTask.class);

    private enum State {
        /** Nothing runs, and no run is requested. */
        IDLE,
        /** A run is scheduled or in progress, and no other one is requested. */
        RUNNING,
        /** A run is scheduled or in progress, and another one is requested. */
        RUN_AGAIN
    }

    private final Executor executor;
    private final Runnable task;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    CoalescingTask(Executor executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    /** Requests a run of the whole task. Does not wait for it. */
    void request() {
        if (state.getAndUpdate(now -> now == State.IDLE ? State.RUNNING : State.RUN_AGAIN) == State.IDLE) {
            try {
                executor.execute(this::run);
            } catch (RuntimeException | Error e) {
                state.set(State.IDLE); // The next request may find a thread.
                throw e;
            }
        }
    }

    private void run() {
        do {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("{} failed", task, e);
            }
        } while (state.updateAndGet(now -> now == State.RUN_AGAIN ? State.RUNNING : State.IDLE) == State.RUNNING);
    }
}
