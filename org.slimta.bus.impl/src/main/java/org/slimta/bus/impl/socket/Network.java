package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.concurrent.Workers;
import org.slimta.bus.impl.transport.Transport;

/** What all clients and servers of a provider share to connect and to be connected to. Thread-safe. */
public final class Network implements AutoCloseable {

    /** How many threads begin to connect, which none of them waits for. */
    private static final int CONNECT_THREADS = 2;

    /** How long {@link #close} waits for connections that are being closed gracefully. */
    private static final Duration MAX_ORDERLY_CLOSE = Duration.ofSeconds(2);

    private final Transport transport;
    private final NameResolver resolver;
    private final Workers connecting;
    private final Lookups lookups;
    private final OrderlyCloses orderlyCloses;

    /**
     * A network over a transport, which is closed with it.
     *
     * @param threads for what is done later
     * @param transport has the connections
     */
    public Network(Threads threads, Transport transport) {
        this(threads, transport, NameResolver.SYSTEM);
    }

    /** The same, with another way to find the addresses of a name. */
    Network(Threads threads, Transport transport, NameResolver resolver) {
        this.transport = transport;
        this.resolver = resolver;
        connecting = threads.newPlatformWorkers("slimta-bus-connecting-", CONNECT_THREADS);
        lookups = new Lookups(threads.lookups());
        orderlyCloses = new OrderlyCloses(threads.timer(), Runtime.getRuntime().maxMemory() / 8);
    }

    /** Has the connections. */
    Transport transport() {
        return transport;
    }

    /** Finds the addresses of names. */
    NameResolver resolver() {
        return resolver;
    }

    /** What is looked up, and may block. */
    Lookups lookups() {
        return lookups;
    }

    /** Runs what begins to connect, and must not block. */
    Executor connecting() {
        return connecting;
    }

    /** The connections that are being closed gracefully. */
    OrderlyCloses orderlyCloses() {
        return orderlyCloses;
    }

    /** Closes what is left open, and the transport. Waits briefly for connections that are being closed gracefully. */
    @Override
    public void close() {
        orderlyCloses.await(MAX_ORDERLY_CLOSE);
        connecting.close();
        transport.close();
    }
}
