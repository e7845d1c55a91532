package org.slimta.bus.impl.config;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.transaction.CappedClient;

/** The sending end of a configured bus, as those see it who do not own it: closing it does nothing. */
record SharedClient(BusClient<Object, Object> client) implements CappedClient<Object, Object> {

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests, long mostNanos)
            throws InterruptedException {
        return CappedClient.send(client, requests, mostNanos);
    }

    /** Whoever changes the configuration closes it. */
    @Override
    public void close() {}
}
