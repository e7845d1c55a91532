package org.slimta.bus.impl.factory;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slimta.bus.impl.socket.Network;
import org.slimta.bus.impl.status.OpenBuses;
import org.slimta.bus.impl.transaction.Threads;

/** Owns the threads and the sockets that all factories of one provider share. */
@Component(service = Engine.class)
public final class Engine implements AutoCloseable {

    private final Threads threads = new Threads();
    private final Network network = new Network(threads);
    private final OpenBuses buses = new OpenBuses();

    /** Starts nothing yet: threads and sockets come with the first use. */
    @Activate
    public Engine() {}

    /**
     * The threads.
     *
     * @return always the same
     */
    public Threads threads() {
        return threads;
    }

    /**
     * The sockets.
     *
     * @return always the same
     */
    public Network network() {
        return network;
    }

    /**
     * What is open.
     *
     * @return always the same
     */
    public OpenBuses buses() {
        return buses;
    }

    @Override
    @Deactivate
    public void close() {
        network.close();
        threads.close();
    }
}
