package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A listening socket. Thread-safe. */
public interface Listening {

    /** {@return the address that it listens on} */
    InetSocketAddress address();

    /**
     * Stops listening, after it has accepted the clients that have connected already. Blocks until the port is free,
     * for some seconds at most.
     *
     * @throws IOException if the port is not known to be free in time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    void close() throws IOException, InterruptedException;
}
