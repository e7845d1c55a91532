package org.slimta.bus.impl.local;

import java.util.Map;
import java.util.function.Supplier;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * A local bus: a client and a server that share one inbox.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class QueueBus<Q, R> implements LocalBus<Q, R>, ManagedBus {

    /** How many callbacks may block at once, at least. */
    private static final int MIN_THREADS = 1024;

    private volatile LocalOptions options;
    private final BusThreads busThreads;
    private final LocalServer<Q, R> server;
    private final LocalClient<Q, R> client;

    /**
     * Opens a bus.
     *
     * @param options its options
     * @param threads for deadlines, and for callbacks of users
     */
    public QueueBus(LocalOptions options, Threads threads) {
        this.options = options;
        Supplier<LocalOptions> current = () -> this.options;
        Supplier<String> name = () -> this.options.name() == null ? "local" : this.options.name();
        Failures failures = new Failures(name);
        Inbox<Q, R> inbox = new Inbox<>(options.queueSize(), failures, new Inbox.Watcher() {});
        server = new LocalServer<>(name, current, inbox, threads);
        busThreads = threads.newBusThreads(name.get(), maxThreads(options));
        client = new LocalClient<>(name, current, inbox, failures, busThreads, threads.timer());
    }

    /**
     * Received requests need no place in the queue, so there may be any number of them, and their callbacks may wait
     * for each other.
     */
    private static int maxThreads(LocalOptions options) {
        return Math.max(MIN_THREADS, options.queueSize());
    }

    @Override
    public BusServer<Q, R> server() {
        return server;
    }

    @Override
    public BusClient<Q, R> client() {
        return client;
    }

    /** {@return the accepted requests} */
    public Inbox<Q, R> inbox() {
        return server.inbox();
    }

    /**
     * Uses other options from now on.
     *
     * @param newOptions the options
     */
    public void reconfigure(LocalOptions newOptions) {
        options = newOptions;
        inbox().setCapacity(newOptions.queueSize());
        busThreads.setMaxThreads(maxThreads(newOptions));
    }

    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {
        client.setObservers(BusObservers.of(registry, properties));
    }

    @Override
    public void report(BusDTO bus) {
        bus.kind = BusKind.LOCAL.label();
        bus.name = server.name();
        bus.state = (isClosed() ? BusState.CLOSING : BusState.READY).label();
        client.report(bus);
        bus.queued = inbox().size();
        bus.queueSize = options.queueSize();
    }

    @Override
    public void advance() {
        client.advance();
    }

    @Override
    public boolean isClosed() {
        return client.isClosed() && server.isClosed();
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }

    @Override
    public String toString() {
        return "local bus " + server.name();
    }
}
