package org.slimta.bus.bench.work;

import java.io.IOException;

/** The sending side of a contestant. Thread-safe. */
public interface Client extends AutoCloseable {

    /**
     * Prepares transactions.
     *
     * @param payload what they carry
     * @return their exchange
     * @throws Exception if it cannot be prepared
     */
    Exchange exchange(Payload payload) throws Exception;

    /**
     * Opens another connection to the same server; threads may be shared with this client.
     *
     * @return a client of that connection alone
     * @throws Exception if it does not connect
     */
    default Client another() throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no connections");
    }

    @Override
    default void close() throws IOException {}
}
