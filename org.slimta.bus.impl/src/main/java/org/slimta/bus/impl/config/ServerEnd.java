package org.slimta.bus.impl.config;

import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * An open server, whatever carries its requests. {@link ConfiguredServerEnd} publishes it, runs its handlers, and
 * closes it.
 *
 * @param <S> its settings
 */
interface ServerEnd<S> {

    /** {@return the server} Its users get it as a service that does not close it. */
    BusServer<Object, Object> server();

    /** {@return the client of the same bus, if both ends are in this JVM, or null} */
    BusClient<Object, Object> client();

    /** {@return the requests, the codecs that they need, and their owner} Always the same one. */
    ReceivingEndpoint endpoint();

    /** {@return the address for the services and reports, or null if it has none} */
    String address();

    /**
     * Continues with other settings.
     *
     * @throws BusException if they cannot be used, with a message for an administrator; then nothing has changed
     */
    void reconfigure(S settings) throws BusException;

    /**
     * Accepts nothing more, waits until what was accepted has been answered, at most for the drainTimeout, and
     * closes.
     *
     * @param hasReceiver whether anything receives from it; if not, waiting requests are returned at once to the
     *     clients that can send them elsewhere
     */
    void close(boolean hasReceiver);

    /** {@return what reports its state and its statistics, and is observed} */
    ManagedBus reporting();

    /** Reports the state and the statistics of the server. Does not block. */
    default void report(BusDTO bus) {
        reporting().report(bus);
    }
}
