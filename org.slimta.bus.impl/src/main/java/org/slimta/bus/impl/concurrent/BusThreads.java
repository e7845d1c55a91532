package org.slimta.bus.impl.concurrent;

import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/**
 * The threads on which one bus runs code of its users: what is attached to responses, codecs that read them, and streams of
 * attachments. They grow as soon as all are blocked. Failures have threads of their own, so that code which waits for
 * responses that do not come cannot keep anybody from learning that they do not. Thread-safe.
 */
public final class BusThreads implements AutoCloseable {

    private final Workers responses;
    private final Workers failures;

    BusThreads(String bus, int maxThreads, BiFunction<String, Integer, Workers> newWorkers) {
        responses = newWorkers.apply("slimta-bus-" + bus + "-", maxThreads);
        failures = newWorkers.apply("slimta-bus-" + bus + "-failures-", maxThreads);
    }

    /**
     * For responses and attachments.
     *
     * @return runs tasks that may block
     */
    public Executor responses() {
        return responses;
    }

    /**
     * For telling failures.
     *
     * @return runs tasks that may block
     */
    public Executor failures() {
        return failures;
    }

    /**
     * Changes how many transactions may be in flight at once.
     *
     * @param maxThreads 1 or more
     */
    public void setMaxThreads(int maxThreads) {
        responses.setMaxThreads(maxThreads);
        failures.setMaxThreads(maxThreads);
    }

    /** Lets the threads end when nothing is left to be done. Does not wait. */
    @Override
    public void close() {
        responses.close();
        failures.close();
    }
}
