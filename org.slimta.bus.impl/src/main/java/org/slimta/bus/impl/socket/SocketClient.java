package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FrameClient;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * A client of a server on a TCP port: a {@link FrameClient} over a {@link ConnectionPool}. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketClient<Q, R> implements CappedClient<Q, R>, ManagedBus {

    private final ClientContext<R> context;
    private final TargetServer<R> server;
    private final ConnectionPool<R> pool;
    private final FrameClient<Q, R> client;

    /**
     * Creates a client. Does not connect.
     *
     * @param host the server's name or address
     * @param port the server's port
     * @param responseType the type of the responses
     * @param options the options
     * @param codecs the codecs that are registered
     * @param network makes connections
     * @param threads for deadlines, and to decode
     */
    public SocketClient(
            String host,
            int port,
            PayloadType<R> responseType,
            ClientOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port is " + port + "; it must be from 1 to 65535");
        }
        MemoryBudget memory = new MemoryBudget(options.memoryLimit(), threads.timer(), this::forEachHolder);
        this.context =
                new ClientContext<>(SocketPeer.format(host, port), responseType, options, codecs, threads, memory);
        this.server = new TargetServer<>(
                context, new ServerAddresses(host, port, network.resolver(), network.lookups()), network);
        this.pool = new ConnectionPool<>(server, threads.timer());
        this.client = new FrameClient<>(context, pool);
    }

    private void forEachHolder(Consumer<MemoryHolder> action) {
        pool.forEachHolder(action);
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, long maxNanos) throws InterruptedException {
        return client.sendRequest(requests, maxNanos);
    }

    /**
     * Uses other options from now on. Connections that were made with other limits or another TLS end with the
     * transactions that are in flight on them.
     *
     * @param newOptions the options
     * @throws BusException with {@code CONNECT} if the client uses TLS and the files of the new TLS options cannot be
     *     used; then nothing changes
     */
    public void reconfigure(ClientOptions newOptions) throws BusException {
        ClientOptions before;
        try {
            before = server.reconfigure(newOptions);
        } catch (IOException e) {
            throw new BusException(Reason.CONNECT, "bus " + name() + ": TLS cannot be used: " + e.getMessage(), e);
        }
        client.resize(newOptions.maxInFlight() - before.maxInFlight());
        pool.configure(newOptions);
        if (!Objects.equals(newOptions.tls(), before.tls())
                || !newOptions.limits().equals(before.limits())) {
            pool.retireAll();
        }
        pool.shrink();
        pool.advance();
        checkTls();
    }

    /**
     * Reads the certificates if TLS is on, although no connection needs them yet: the log and the reports say whether
     * they can be used. Does not block.
     */
    public void checkTls() {
        server.check();
    }

    @Override
    public void report(BusDTO bus) {
        client.report(bus);
        pool.report(bus);
        bus.kind = BusKind.CLIENT.label();
        bus.address = context.target();
        bus.tls = context.options().tls() != null;
        server.report(bus);
    }

    @Override
    public void advance() {
        client.advance();
    }

    @Override
    public boolean isClosed() {
        return client.isClosed();
    }

    /** Fails the transactions in flight with {@code CLOSED}. */
    @Override
    public void close() {
        client.close();
    }

    /**
     * Waits until no transaction is in flight. An interrupt ends the wait and stays set.
     *
     * @param timeout the maximum time to wait
     */
    public void awaitIdle(Duration timeout) {
        client.awaitIdle(timeout);
    }

    ClientContext<R> context() {
        return context;
    }

    TargetServer<R> server() {
        return server;
    }

    ConnectionPool<R> pool() {
        return pool;
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
