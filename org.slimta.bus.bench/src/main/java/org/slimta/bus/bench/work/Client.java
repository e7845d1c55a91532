package org.slimta.bus.bench.work;

import java.io.IOException;

/** The sending side of a contestant. Thread-safe. */
public interface Client extends AutoCloseable {

    /**
     * Prepares transactions.
     *
     * @param payload the payload of the transactions
     * @return the exchange
     * @throws Exception if the exchange cannot be prepared
     */
    Exchange exchange(Payload payload) throws Exception;

    /**
     * Opens another connection to the same server; it may share threads with this client.
     *
     * @return a client that uses only that connection
     * @throws Exception if the connection fails
     */
    default Client another() throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no connections");
    }

    @Override
    default void close() throws IOException {}
}
