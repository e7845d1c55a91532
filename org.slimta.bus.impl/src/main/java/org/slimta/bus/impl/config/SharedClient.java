package org.slimta.bus.impl.config;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;

/** The sending end of a configured bus, as those see it who do not own it: closing it does nothing. */
record SharedClient(BusClient<Object, Object> client) implements BusClient<Object, Object> {

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<Object> sendRequest(List<? extends Object> requests) throws InterruptedException {
        return client.sendRequest(requests);
    }

    /** Whoever changes the configuration closes it. */
    @Override
    public void close() {}
}
