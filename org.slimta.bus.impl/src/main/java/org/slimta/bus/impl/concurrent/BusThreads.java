package org.slimta.bus.impl.concurrent;

import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/**
 * The threads on which one bus runs the code of its users: callbacks that are attached to responses, codecs that read
 * responses, and streams of attachments. More threads start as soon as all of them are blocked. Failures have separate
 * threads, so that code that waits for a response that never arrives cannot delay the report of its failure.
 * Thread-safe.
 */
public final class BusThreads implements AutoCloseable {

    private final Workers responses;
    private final Workers failures;

    BusThreads(String bus, int maxThreads, BiFunction<String, Integer, Workers> newWorkers) {
        responses = newWorkers.apply("slimta-bus-" + bus + "-", maxThreads);
        failures = newWorkers.apply("slimta-bus-" + bus + "-failures-", maxThreads);
    }

    /** {@return the executor for responses and attachments; its tasks may block} */
    public Executor responses() {
        return responses;
    }

    /** {@return the executor that reports failures; its tasks may block} */
    public Executor failures() {
        return failures;
    }

    /**
     * Changes how many transactions may be in flight at once, and so how many threads may be blocked.
     *
     * @param maxThreads 1 or more
     */
    public void setMaxThreads(int maxThreads) {
        responses.setMaxThreads(maxThreads);
        failures.setMaxThreads(maxThreads);
    }

    /** Lets the threads end when they have no more tasks. Does not block. */
    @Override
    public void close() {
        responses.close();
        failures.close();
    }
}
