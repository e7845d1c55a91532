package org.slimta.bus.impl.factory;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.grizzly.GrizzlyTransport;
import org.slimta.bus.impl.socket.Network;
import org.slimta.bus.impl.status.BusInventory;

/** Owns the threads and the sockets that all factories of one provider share. */
@Component(service = ProviderResources.class)
public final class ProviderResources implements AutoCloseable {

    private final Threads threads = new Threads();
    private final Network network = new Network(threads, new GrizzlyTransport(threads));
    private final BusInventory buses = new BusInventory();
    private final Set<CompletableFuture<Void>> closing = ConcurrentHashMap.newKeySet();

    /** Starts nothing yet: threads and sockets come with the first use. */
    @Activate
    public ProviderResources() {}

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
    public BusInventory buses() {
        return buses;
    }

    /** Something is being closed that needs the threads and sockets until then. */
    void closing(CompletableFuture<Void> bus) {
        closing.add(bus);
        bus.whenComplete((nothing, failure) -> closing.remove(bus));
    }

    @Override
    @Deactivate
    public void close() {
        closing.forEach(CompletableFuture::join);
        network.close();
        threads.close();
    }
}
