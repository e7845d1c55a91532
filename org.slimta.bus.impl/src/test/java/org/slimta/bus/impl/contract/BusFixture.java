package org.slimta.bus.impl.contract;

import java.util.concurrent.ExecutorService;

/** One kind of bus: opens buses of that kind for the tests of the contract, and closes them. */
public interface BusFixture {

    /**
     * Opens both ends of a bus. Requests and responses are strings; no string of the tests needs an escape in XML.
     *
     * @param settings the options of both ends
     * @param threads runs what the bus needs beside its ends, such as a proxy; is shut down before the bus is closed
     * @return the ends
     * @throws Exception if the bus cannot be opened
     */
    BusUnderTest open(BusSettings settings, ExecutorService threads) throws Exception;

    /**
     * Closes all that was opened. Every thread that waits for a bus goes on then.
     *
     * @throws Exception if a bus cannot be closed
     */
    void close() throws Exception;
}
