package org.slimta.bus.bench.work;

import java.io.IOException;

/** Transactions of one payload, for as long as a work runs. */
public interface Exchange extends AutoCloseable {

    /**
     * Sends and waits for the response.
     *
     * @throws Exception if it fails
     */
    void call() throws Exception;

    /**
     * Sends and returns.
     *
     * @param completion what is told of the response, on any thread, even before this returns
     */
    void send(Completion completion);

    @Override
    default void close() throws IOException {}
}
