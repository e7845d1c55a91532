package org.slimta.bus.impl.config;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that runs after each request for it, on one thread at a time. Requests that come while it runs have it run once
 * more, however many they are. Thread-safe.
 */
final class CoalescingTask {

    private static final Logger LOG = LoggerFactory.getLogger(CoalescingTask.class);

    private enum State {
        IDLE,
        RUNNING,
        RUN_AGAIN
    }

    private final Executor executor;
    private final Runnable task;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    CoalescingTask(Executor executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    /** Has it run from its beginning. Does not wait for it. */
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
