package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientRecords;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.handling.ServedInbox;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OpenFiles;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * A server on a TCP port. When its queue is full it stops reading: connections on which more arrives are parked until
 * the queue has room.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketServer<Q, R>
        implements BusServer<Q, R>, ManagedBus, Inbox.Watcher, ServerConnectionOwner<ServerConnection<Q, R>> {

    /** How long clients have, after all requests are answered, to read the responses and to close their ends. */
    private static final long LAST_RESPONSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The time for what a client sent with the end of its TLS handshake to arrive and to be returned to the client. */
    private static final long LAST_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Reception<Q, R> reception;
    private final Inbox<Q, R> inbox;
    private final ServedInbox<Q, R> served;
    private final Threads threads;
    private final ServerContext<Q, R> shared;
    private final LinkedMembers<ServerConnection<Q, R>> connections = new LinkedMembers<>();
    private final ConnectionAcceptor acceptor;
    private final UnfinishedConnections unfinished = new UnfinishedConnections();
    private final PeriodicCheck check;
    private volatile SocketContext context;
    private volatile InetSocketAddress address;
    private volatile ListeningSocket listener;

    private SocketServer(
            InetSocketAddress wanted,
            PayloadType<Q> requestType,
            PayloadType<R> responseType,
            ServerOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        this.address = wanted;
        this.threads = threads;
        this.reception = new Reception<>(
                () -> SocketPeer.format(address), requestType, responseType, options, codecs, threads, this);
        this.inbox = reception.inbox();
        this.served = new ServedInbox<>(
                this::name, reception.logger(), () -> reception.options().drainTimeout(), inbox, threads);
        this.shared = new ServerContext<>(
                reception,
                new ParkedConnections<>(inbox),
                new DeferredResponses(threads),
                new ClientRecords<>(threads::now, () -> reception.options().memoryLimit()));
        MemoryBudget memory = new MemoryBudget(
                options.memoryLimit(),
                threads.timer(),
                each -> connections.forEach(one -> each.accept(one.channel().holder())));
        this.context = new SocketContext(reception.context(), network, memory, null);
        this.acceptor = new ConnectionAcceptor(reception, () -> context, this::open);
        this.check = new PeriodicCheck(threads.timer(), PeriodicCheck.MAX_PAUSE, this::check);
    }

    /**
     * Opens a server.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the interface
     * @param port the port; 0 for any free port
     * @param requestType the type of the requests
     * @param responseType the type of the responses
     * @param options its options
     * @param codecs the codecs
     * @param network opens the socket
     * @param threads for deadlines
     * @return the server, listening
     * @throws BusException with {@code CONNECT} if listening on that address fails
     */
    public static <Q, R> SocketServer<Q, R> open(
            String host,
            int port,
            PayloadType<Q> requestType,
            PayloadType<R> responseType,
            ServerOptions options,
            Codecs codecs,
            Network network,
            Threads threads)
            throws BusException {
        SocketServer<Q, R> server = new SocketServer<>(
                new InetSocketAddress(host, port), requestType, responseType, options, codecs, network, threads);
        server.listen();
        return server;
    }

    private void listen() throws BusException {
        if (address.isUnresolved()) {
            throw reception
                    .failures()
                    .of(
                            Reason.CONNECT,
                            "cannot listen on " + SocketPeer.format(address) + ": the host name is unknown");
        }
        context = context.with(reception.context(), tlsOf(reception.options()));
        try {
            listener = new ListeningSocket(context.network().transport(), address, acceptor::accept);
        } catch (IOException | RuntimeException e) {
            throw new BusException(
                    Reason.CONNECT,
                    "bus " + name() + ": cannot listen on " + SocketPeer.format(address) + ": " + e.getMessage()
                            + "; configure another address or port, or stop the process that listens there",
                    e);
        }
        address = listener.address();
        warnIfTooMany(reception.options());
        if (context.tls() != null) {
            context.tls().warnAboutCertificate(this);
        }
        check.wakeAt(threads.now() + pause());
        reception.logger().debug("{} is listening", this);
    }

    private void warnIfTooMany(ServerOptions newOptions) {
        String shortage = OpenFiles.shortage(newOptions.maxConnections());
        if (shortage != null) {
            reception.logger().warn("{}: {}", this, shortage);
        }
    }

    /** Returns the TLS of new connections. Reads the certificates if the options name others than before. */
    private Tls tlsOf(ServerOptions options) throws BusException {
        TlsOptions wanted = options.tls();
        Tls now = context.tls();
        if (Objects.equals(wanted, now == null ? null : now.options())) {
            return now;
        }
        try {
            return wanted == null ? null : now == null ? Tls.of(wanted, false) : now.replacement(wanted);
        } catch (IOException e) {
            throw new BusException(Reason.CONNECT, "bus " + name() + ": TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private Runnable open(IncomingConnection incoming) {
        ServerConnection<Q, R> accepted = newConnection(incoming);
        return () -> serve(accepted);
    }

    ServerConnection<Q, R> newConnection(IncomingConnection incoming) {
        return new ServerConnection<>(shared, this, context, incoming);
    }

    /** Called on the selector thread of the connection. */
    void serve(ServerConnection<Q, R> accepted) {
        unfinished.add();
        connections.add(accepted);
        accepted.start();
        if (inbox.isStopped()) {
            accepted.drain();
            threads.after(Duration.ofNanos(2 * LAST_RESPONSE_NANOS + lastHandshake()), accepted::close);
        } else if (accepted.tls() != context.tls()) {
            accepted.drain(); // It was not among the connections yet when TLS changed and they were drained.
        }
    }

    @Override
    public void onClosed(ServerConnection<Q, R> connection) {
        if (connections.remove(connection)) {
            acceptor.release(connection.peer().address().getAddress());
        }
        shared.parked().forget(connection);
    }

    @Override
    public void onFinished() {
        unfinished.done();
    }

    @Override
    public void onRoom() {
        shared.parked().onRoom();
    }

    @Override
    public void onIdle() {
        shared.deferred().flush();
    }

    private long check() {
        Tls tls = context.tls();
        if (tls != null) {
            PeriodicCheck.safely(() -> tls.refresh(this));
        }
        connections.forEach(connection -> PeriodicCheck.safely(connection::checkTimeouts));
        reception.checkTimeouts();
        PeriodicCheck.safely(
                () -> shared.records().forgetOld(reception.options().responseRetention()));
        return pause();
    }

    private long pause() {
        ServerOptions options = reception.options();
        return PeriodicCheck.pause(options.frameTimeout(), options.processingTimeout(), options.idleTimeout());
    }

    /**
     * Uses other options from now on, without closing the socket. Limits apply to connections that are opened from now
     * on. If the TLS options change, open connections are drained, because the new options may not accept their
     * clients. Reads files.
     *
     * @param newOptions the options
     * @throws BusException with {@code CONNECT} if TLS cannot be used with these options; then nothing changes
     */
    public void reconfigure(ServerOptions newOptions) throws BusException {
        ServerOptions before = reception.options();
        Tls tlsBefore = context.tls();
        Tls tls = tlsOf(newOptions);
        reception.setOptions(newOptions);
        context = context.with(reception.context(), tls);
        if (tlsBefore != tls) {
            connections.forEach(ServerConnection::drainSoon);
            if (tls != null) {
                tls.warnAboutCertificate(this);
            }
        }
        context.memory().setLimit(newOptions.memoryLimit());
        if (newOptions.maxConnections() > before.maxConnections()) {
            warnIfTooMany(newOptions);
        }
    }

    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {
        reception.setObservers(BusObservers.of(registry, properties));
    }

    @Override
    public void report(BusDTO bus) {
        reception.report(bus);
        bus.tls = reception.options().tls() != null;
        Tls tls = context.tls();
        if (tls != null) {
            tls.report(bus);
        }
        bus.peers = acceptor.count();
        ConnectionReports<ServerConnection<Q, R>> reports = new ConnectionReports<>();
        connections.forEach(one -> reports.offer(one, one.unansweredCount()));
        bus.connections = reports.report(one -> ConnectionReports.of(one.peer(), one.channel(), one.unansweredCount()));
        context.memory().report(bus);
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return recvRequest(reception.options().receiveTimeout());
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return inbox.take(timeout);
    }

    @Override
    public void advance() {
        reception.advance();
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers) {
        return served.serve(handler, maxConcurrentHandlers);
    }

    @Override
    public boolean isClosed() {
        return inbox.isStopped();
    }

    @Override
    public void close() {
        close(true);
    }

    /**
     * Closes the server.
     *
     * @param attended whether waiting requests can still be received; if not, they are returned at once to those
     *     clients that can send them elsewhere
     */
    public void close(boolean attended) {
        closeListener();
        inbox.stop(); // Not before: a client that is refused would connect again while the listener is closing.
        connections.forEach(ServerConnection::drainSoon);
        if (!attended) {
            inbox.abandonWaiting();
        }
        inbox.close(reception.options().drainTimeout());
        served.close();
        onIdle();
        unfinished.await(LAST_RESPONSE_NANOS);
        connections.forEach(ServerConnection::closeUnlessRequestExpected);
        unfinished.await(lastHandshake() + LAST_REQUEST_NANOS);
        reception.context().close();
        check.close();
        connections.forEach(ServerConnection::close);
        acceptor.overflow().close();
        reception.threads().close();
    }

    /**
     * Returns how long a TLS handshake may take that was in progress when the server began to close, in nanoseconds.
     */
    private long lastHandshake() {
        Tls tls = context.tls();
        return tls == null ? 0 : tls.options().handshakeTimeout().toNanos();
    }

    private void closeListener() {
        try {
            listener.close(inbox::isStopped);
        } catch (IOException e) {
            reception.logger().warn("{}: the port may not be free yet", this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return reception.name();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** {@return the counts of how its transactions end} */
    public Meter meter() {
        return reception.meter();
    }

    /** {@return the requests that have arrived and were not answered} */
    public Inbox<Q, R> inbox() {
        return inbox;
    }

    /** {@return the connections over {@code maxConnections} that are being rejected} */
    OverflowConnections overflow() {
        return acceptor.overflow();
    }

    /** {@return the memory that its connections use} */
    MemoryBudget memory() {
        return context.memory();
    }

    /** {@return the collaborators of connections that are opened now} */
    SocketContext context() {
        return context;
    }

    @Override
    public String toString() {
        return reception.toString();
    }
}
