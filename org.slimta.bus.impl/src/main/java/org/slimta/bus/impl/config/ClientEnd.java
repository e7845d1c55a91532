package org.slimta.bus.impl.config;

import java.time.Duration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * An open client, whatever carries its requests. {@link ConfiguredClientEnd} publishes and closes it.
 *
 * @param <S> its settings
 */
interface ClientEnd<S> {

    /** {@return the client} Its users get it as a service that does not close it. */
    BusClient<Object, Object> client();

    /**
     * Continues with other settings. May block.
     *
     * @throws BusException if they cannot be used, with a message for an administrator; then nothing has changed
     */
    void reconfigure(S settings) throws BusException;

    /** Waits until no transaction is in progress. An interrupt ends the wait and stays set. */
    void awaitIdle(Duration timeout);

    /** Closes it; transactions that are in progress fail. */
    void close();

    /** {@return what reports its state and its statistics, and is observed} */
    ManagedBus reporting();

    /** {@return why transactions cannot be sent now, for an administrator; null if they can, or if that is not known} */
    default String waitingFor() {
        return null;
    }

    /** Sets what is told of changes of {@link #waitingFor}: it does not block, and is called on any thread. Called once. */
    default void setListener(Runnable listener) {}
}
