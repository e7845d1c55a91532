package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slimta.bus.impl.status.RetryDelays;

/** The failed attempts to open or change one bus: when to try again. Not thread-safe. */
final class OpenRetry {

    private final Function<Duration, Future<?>> scheduler;
    private RetryDelays delays; // Null if the last attempt did not fail.
    private Future<?> scheduled;

    /**
     * Creates one without failures.
     *
     * @param scheduler makes another attempt after a delay
     */
    OpenRetry(Function<Duration, Future<?>> scheduler) {
        this.scheduler = scheduler;
    }

    /** An attempt has failed: schedules the next one, after a delay that becomes longer each time. */
    void failed() {
        if (delays == null) {
            delays = new RetryDelays();
        }
        scheduled = scheduler.apply(delays.next());
    }

    /** An attempt has succeeded: nothing is scheduled any more. */
    void succeeded() {
        delays = null;
    }

    /** Cancels the scheduled attempt, because one is made now or none is wanted. */
    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }
}
