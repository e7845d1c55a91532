package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientOptions;

/**
 * A client whose requests are sent by a carrier. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface CarriedClient<Q, R> extends BusClient<Q, R> {

    /**
     * Uses other options from now on. {@code poolSize}, {@code idleTimeout}, {@code pingInterval}, {@code connectTimeout} and
     * {@code tls} have no meaning here.
     *
     * @param options the options; not null
     */
    void reconfigure(ClientOptions options);

    /** {@return whether it is closed} */
    boolean isClosed();
}
