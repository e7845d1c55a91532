package org.slimta.bus.impl.factory;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.grizzly.GrizzlyTransport;
import org.slimta.bus.impl.monitor.BusMonitor;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.socket.Network;
import org.slimta.bus.impl.status.BusInventory;

/** Owns the threads and the sockets that all factories of one provider share. Thread-safe. */
@Component(service = ProviderResources.class)
public final class ProviderResources implements AutoCloseable {

    private final Threads threads = new Threads();
    private final ObserverRegistry observers = new ObserverRegistry(threads);
    private final Network network = new Network(threads, new GrizzlyTransport(threads));
    private final BusInventory buses = new BusInventory();
    private final BusMonitor monitor = new BusMonitor(threads, buses);
    private final Set<CompletableFuture<Void>> closing = ConcurrentHashMap.newKeySet();

    /** Starts no thread and opens no socket: the first use does. */
    @Activate
    public ProviderResources() {}

    /** {@return the threads, always the same} */
    public Threads threads() {
        return threads;
    }

    /** {@return what opens sockets, always the same} */
    public Network network() {
        return network;
    }

    /** {@return the observers of transactions, always the same registry} */
    public ObserverRegistry observers() {
        return observers;
    }

    /** {@return the open buses of the provider, always the same} */
    public BusInventory buses() {
        return buses;
    }

    /** Makes {@link #close} wait for buses that are closing, which need the threads and sockets meanwhile. */
    void awaitOnClose(CompletableFuture<Void> closed) {
        closing.add(closed);
        closed.whenComplete((nothing, failure) -> closing.remove(closed));
    }

    /** Blocks until buses that are closing have drained, then closes sockets and threads. */
    @Override
    @Deactivate
    public void close() {
        closing.forEach(CompletableFuture::join);
        monitor.close();
        network.close();
        observers.close();
        threads.close();
    }
}
