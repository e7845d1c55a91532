package org.slimta.bus.impl.factory;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slimta.bus.impl.socket.Network;
import org.slimta.bus.impl.transaction.Threads;

/** Owns the threads and the sockets that all factories of one provider share. */
@Component(service = Engine.class)
public final class Engine implements AutoCloseable {

    private final Threads threads = new Threads();
    private final Network network = new Network();

    /** Starts nothing yet: threads and sockets come with the first use. */
    @Activate
    public Engine() {}

    Threads threads() {
        return threads;
    }

    Network network() {
        return network;
    }

    @Override
    @Deactivate
    public void close() {
        network.close();
        threads.close();
    }
}
