package org.slimta.bus.impl.local;

import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Opened;
import org.slimta.bus.impl.transaction.Threads;

/**
 * A local bus: both ends of one inbox.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class QueueBus<Q, R> implements LocalBus<Q, R>, Opened {

    private final LocalServer<Q, R> server;
    private final LocalClient<Q, R> client;

    /**
     * Opens a bus.
     *
     * @param options its options
     * @param threads for deadlines
     */
    public QueueBus(LocalOptions options, Threads threads) {
        String name = options.name() == null ? "local" : options.name();
        Failures failures = new Failures(() -> name);
        Inbox<Q, R> inbox = new Inbox<>(options.queueSize(), failures, new Inbox.Watcher() {});
        server = new LocalServer<>(name, options, inbox);
        client = new LocalClient<>(name, options, inbox, failures, threads);
    }

    @Override
    public BusServer<Q, R> server() {
        return server;
    }

    @Override
    public BusClient<Q, R> client() {
        return client;
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
