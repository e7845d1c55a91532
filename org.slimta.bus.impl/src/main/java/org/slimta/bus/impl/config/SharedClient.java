package org.slimta.bus.impl.config;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.transaction.CappedClient;

/**
 * The sending end of a configured bus as its users see it. They do not own the bus, so closing this end does nothing.
 */
record SharedClient(BusClient<Object, Object> client) implements CappedClient<Object, Object> {

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        return CappedClient.send(client, requests, headers, maxNanos);
    }

    /** Does nothing: the configuration closes the bus. */
    @Override
    public void close() {}
}
