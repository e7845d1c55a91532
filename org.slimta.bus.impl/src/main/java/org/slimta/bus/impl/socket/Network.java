package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.transport.Transport;

/** What all clients and servers of a provider share for their connections. Thread-safe. */
public final class Network implements AutoCloseable {

    /** The number of threads that begin to connect; none of them waits for a connection. */
    private static final int CONNECT_THREADS = 2;

    /** How long {@link #close} waits for connections that are being closed in order. */
    private static final Duration MAX_ORDERLY_CLOSE = Duration.ofSeconds(2);

    private final Transport transport;
    private final NameResolver resolver;
    private final Workers connecting;
    private final Lookups lookups;
    private final OrderlyCloses orderlyCloses;

    /**
     * Creates a network over a transport, which is closed together with the network.
     *
     * @param threads for tasks that run later
     * @param transport makes the connections
     */
    public Network(Threads threads, Transport transport) {
        this(threads, transport, NameResolver.SYSTEM);
    }

    /** Creates a network with another resolver for host names. */
    Network(Threads threads, Transport transport, NameResolver resolver) {
        this.transport = transport;
        this.resolver = resolver;
        connecting = threads.newPlatformWorkers("slimta-bus-connecting-", CONNECT_THREADS);
        lookups = new Lookups(threads.lookups());
        orderlyCloses = new OrderlyCloses(threads.timer(), Runtime.getRuntime().maxMemory() / 8);
    }

    /** Makes and accepts connections. */
    Transport transport() {
        return transport;
    }

    /** Finds the addresses of host names. */
    NameResolver resolver() {
        return resolver;
    }

    /** Runs look-ups, which may block. */
    Lookups lookups() {
        return lookups;
    }

    /** Runs tasks that begin to connect, and must not block. */
    Executor connecting() {
        return connecting;
    }

    /** The connections that are being closed in order. */
    OrderlyCloses orderlyCloses() {
        return orderlyCloses;
    }

    /**
     * Closes the remaining connections and the transport. Waits briefly for connections that are being closed in order.
     */
    @Override
    public void close() {
        orderlyCloses.await(MAX_ORDERLY_CLOSE);
        connecting.close();
        transport.close();
    }
}
