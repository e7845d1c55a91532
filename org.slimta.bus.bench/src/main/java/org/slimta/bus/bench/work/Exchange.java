package org.slimta.bus.bench.work;

import java.io.IOException;

/** Transactions with one payload, for the duration of a work. */
public interface Exchange extends AutoCloseable {

    /**
     * Sends a request and waits for the response.
     *
     * @throws Exception if the transaction fails
     */
    void call() throws Exception;

    /**
     * Sends a request and returns.
     *
     * @param completion called when the transaction ends, on any thread, possibly before this method returns
     */
    void send(Completion completion);

    @Override
    default void close() throws IOException {}
}
