package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FrameClient;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * A client of servers on TCP ports: a {@link FrameClient} over the {@link ConnectionPool} of one server, or over a
 * {@link LoadBalancer} with a pool for each of several. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketClient<Q, R> implements CappedClient<Q, R>, ManagedBus {

    /** The name of the client lists at most this many of its servers. */
    private static final int MAX_LISTED = 4;

    private final ClientContext<R> context;
    private final ConnectionContexts<R> connections;
    private final ConnectionPool<R> pool; // Null if there is a balancer.
    private final LoadBalancer<R> balancer; // Null if there is one server, and no list of hosts.
    private final FrameClient<Q, R> client;

    /**
     * Creates a client of one server. Does not connect.
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
        String name = SocketPeer.format(host, port);
        context = newContext(name, responseType, options, codecs, threads);
        connections = new ConnectionContexts<>(context, network);
        balancer = null;
        ServerAddresses addresses = new ServerAddresses(host, port, network.resolver(), network.lookups());
        pool = new ConnectionPool<>(new TargetServer<>(connections, addresses, name), threads.timer());
        client = new FrameClient<>(context, pool);
    }

    /**
     * Creates a client of several servers. Does not connect.
     *
     * @param hosts names or addresses with ports, at least one; a name stands for all its addresses
     * @param responseType the type of the responses
     * @param options the options
     * @param codecs the codecs that are registered
     * @param network makes connections
     * @param threads for deadlines, and to decode
     */
    public SocketClient(
            List<InetSocketAddress> hosts,
            PayloadType<R> responseType,
            ClientOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        context = newContext(nameOf(hosts), responseType, options, codecs, threads);
        connections = new ConnectionContexts<>(context, network);
        pool = null;
        balancer = new LoadBalancer<>(connections, network, threads.timer(), hosts);
        client = new FrameClient<>(context, balancer);
    }

    private ClientContext<R> newContext(
            String target, PayloadType<R> responseType, ClientOptions options, Codecs codecs, Threads threads) {
        MemoryBudget memory = new MemoryBudget(options.memoryLimit(), threads.timer(), this::forEachHolder);
        return new ClientContext<>(target, responseType, options, codecs, threads, memory);
    }

    private static String nameOf(List<InetSocketAddress> hosts) {
        String names = hosts.stream()
                .limit(MAX_LISTED)
                .map(host -> SocketPeer.format(host.getHostString(), host.getPort()))
                .collect(Collectors.joining(";"));
        return hosts.size() > MAX_LISTED ? names + ";.." : names;
    }

    private void forEachPool(Consumer<ConnectionPool<R>> action) {
        if (balancer != null) {
            balancer.forEachPool(action);
        } else if (pool != null) { // Otherwise the constructor has not finished.
            action.accept(pool);
        }
    }

    private void forEachHolder(Consumer<MemoryHolder> action) {
        forEachPool(each -> each.forEachHolder(action));
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        return client.sendRequest(requests, headers, maxNanos);
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
            before = connections.reconfigure(newOptions);
        } catch (IOException e) {
            throw new BusException(Reason.CONNECT, "bus " + name() + ": TLS cannot be used: " + e.getMessage(), e);
        }
        client.resize(newOptions.maxInFlight() - before.maxInFlight());
        boolean needsOthers = !Objects.equals(newOptions.tls(), before.tls())
                || !newOptions.limits().equals(before.limits());
        forEachPool(each -> {
            each.configure(newOptions);
            if (needsOthers) {
                each.retireAll();
            }
            each.shrink();
            each.advance();
        });
        checkTls();
    }

    /**
     * Uses other servers from now on. Connections to servers that are not among them end with the transactions that are
     * in flight on them.
     *
     * @param hosts names or addresses with ports, at least one
     * @throws IllegalStateException if this client was created for one server
     */
    public void setHosts(List<InetSocketAddress> hosts) {
        if (balancer == null) {
            throw new IllegalStateException("this client has one server: " + context.target());
        }
        context.setTarget(nameOf(hosts));
        balancer.setHosts(hosts);
    }

    /**
     * Reads the certificates if TLS is on, although no connection needs them yet: the log and the reports say whether
     * they can be used. Does not block.
     */
    public void checkTls() {
        connections.check();
    }

    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {
        context.pending().setObservers(BusObservers.of(registry, properties));
    }

    @Override
    public void report(BusDTO bus) {
        client.report(bus);
        ConnectionReports<ClientConnection<R>> reports = new ConnectionReports<>();
        forEachPool(each -> each.report(reports));
        bus.connections = reports.report(one -> ConnectionReports.of(one.peer(), one.channel(), one.load()));
        bus.targets = targets();
        bus.kind = BusKind.CLIENT.label();
        bus.address = context.target();
        bus.tls = context.options().tls() != null;
        connections.report(bus);
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

    ConnectionContexts<R> connections() {
        return connections;
    }

    TargetServer<R> server() {
        return pool.server();
    }

    TargetDTO[] targets() {
        return balancer == null ? new TargetDTO[0] : balancer.report();
    }

    int peerCount() {
        return balancer == null ? pool.peerCount() : balancer.peerCount();
    }

    ConnectionPool<R> pool() {
        return pool;
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
