package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A socket that is listened on. Thread-safe. */
public interface Listening {

    /** {@return where} */
    InetSocketAddress address();

    /**
     * Stops listening, after it has accepted those that have connected already. Blocks until the port is free.
     *
     * @throws IOException if it could not be seen in time that the port is free
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    void close() throws IOException, InterruptedException;
}
