package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OpenFiles;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * A server on a TCP port. When its queue is full it stops reading: connections that bring more are parked until there is
 * room.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketServer<Q, R> implements BusServer<Q, R>, ManagedBus, Inbox.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

    /** How long clients have, after all is answered, to take it and to close their ends. */
    private static final long FAREWELL = TimeUnit.SECONDS.toNanos(5);

    /** How long what a client sent with the end of its TLS handshake may take to arrive and to be given back. */
    private static final long LAST_REQUEST = TimeUnit.SECONDS.toNanos(2);

    /** How many streams of attachments may block at once, while they are read to be sent. */
    private static final int MAX_STREAMS = 256;

    private final PayloadType<Q> requestType;
    private final PayloadType<R> responseType;
    private final Meter meter = new Meter();
    private volatile ServerOptions options;
    private volatile BusEnd end;
    private final BusThreads threads;
    private final Inbox<Q, R> inbox;
    private final BoundedLog log = new BoundedLog(SocketServer.class);
    private final LinkedMembers<ServerConnection<Q, R>> connections = new LinkedMembers<>();
    private final ConnectionAcceptor<Q, R> entrance;
    private final ParkedConnections<Q, R> parked;
    private final UnfinishedConnections unfinished = new UnfinishedConnections();
    private final Set<Runnable> unflushed = ConcurrentHashMap.newKeySet();
    private final PeriodicCheck check;
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
        this.options = options;
        this.requestType = requestType;
        this.responseType = responseType;
        this.end = new BusEnd(
                threads, network, codecs, new Failures(this::name), options.limits(), options.missingCodecTimeout(),
                new MemoryBudget(
                        options.memoryLimit(),
                        threads.timer(),
                        each -> connections.forEach(one -> each.accept(one.channel().holder()))),
                null);
        this.threads = threads.newBusThreads(name(), MAX_STREAMS);
        this.entrance = new ConnectionAcceptor<>(this);
        this.inbox = new Inbox<>(options.queueSize(), end.failures(), this);
        this.parked = new ParkedConnections<>(inbox);
        this.check = new PeriodicCheck(threads.timer(), PeriodicCheck.LONGEST_PAUSE, this::check);
    }

    /**
     * Opens a server.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the interface
     * @param port the port, 0 to have one picked
     * @param requestType what requests are
     * @param responseType what responses are
     * @param options its options
     * @param codecs the codecs
     * @param network for the socket
     * @param threads for deadlines
     * @return the server, listening
     * @throws BusException with {@code CONNECT} if that address cannot be listened on
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
            throw end.failures().of(
                    Reason.CONNECT, "cannot listen on " + SocketPeer.format(address) + ": the host name is unknown");
        }
        useTls(options);
        try {
            listener = new ListeningSocket(end.network().transport(), address, entrance::accept);
        } catch (IOException | RuntimeException e) {
            throw new BusException(
                    Reason.CONNECT,
                    "bus " + name() + ": cannot listen on " + SocketPeer.format(address) + ": " + e.getMessage()
                            + "; give another address or port, or end what is listening there",
                    e);
        }
        address = listener.address();
        warnIfTooMany(options);
        check.wakeAt(end.threads().now() + pause());
        LOG.debug("{} is listening", this);
    }

    private void warnIfTooMany(ServerOptions newOptions) {
        String shortage = OpenFiles.shortage(newOptions.maxConnections());
        if (shortage != null) {
            LOG.warn("{}: {}", this, shortage);
        }
    }

    /** Reads the certificates, if there are to be others than before. */
    private void useTls(ServerOptions newOptions) throws BusException {
        TlsOptions wanted = newOptions.tls();
        Tls now = end.tls();
        if (!Objects.equals(wanted, now == null ? null : now.options())) {
            try {
                now = wanted == null ? null : Tls.of(wanted, false);
            } catch (IOException e) {
                throw new BusException(Reason.CONNECT, "bus " + name() + ": TLS cannot be used: " + e.getMessage(), e);
            }
        }
        end = end.with(newOptions.limits(), newOptions.missingCodecTimeout(), now);
    }

    /** A connection is let in. Called on its selector thread. */
    void serve(ServerConnection<Q, R> accepted) {
        unfinished.add();
        connections.add(accepted);
        accepted.start();
        if (inbox.isStopped()) {
            accepted.drain();
            end.threads().after(Duration.ofNanos(2 * FAREWELL + lastHandshake()), accepted::close);
        } else if (accepted.tls() != end.tls()) {
            accepted.drain(); // It was not yet among those that were drained when that changed.
        }
    }

    /** Nothing is owed to that client any more. */
    void forget(ServerExchange<Q, R> exchange) {
        if (exchange.forget()) {
            meter.failed(Reason.CLOSED);
            inbox.settled(exchange);
        }
    }

    /** The client is gone. */
    void forget(ServerConnection<Q, R> connection) {
        if (connections.remove(connection)) {
            entrance.release(connection.peer().address().getAddress());
        }
        parked.forget(connection);
    }

    ParkedConnections<Q, R> parked() {
        return parked;
    }

    @Override
    public void onRoom() {
        parked.onRoom();
    }

    /** Leaves the writing of answers to a thread that will come for more requests. */
    void putOff(Runnable flush) {
        unflushed.add(flush);
        end.threads().doSoon(flush);
    }

    void forgetPutOff(Runnable flush) {
        unflushed.remove(flush);
    }

    @Override
    public void onIdle() {
        if (!unflushed.isEmpty()) {
            unflushed.forEach(Runnable::run);
        }
    }

    /** Ends what takes too long. */
    private long check() {
        Tls tls = end.tls();
        if (tls != null) {
            PeriodicCheck.safely(() -> tls.refresh(this));
        }
        connections.forEach(connection -> PeriodicCheck.safely(connection::look));
        Duration most = options.processingTimeout();
        inbox.unsettled().forEach(
                arrival -> PeriodicCheck.safely(() -> ((ServerExchange<Q, R>) arrival).failIfOlder(most)));
        return pause();
    }

    private long pause() {
        return PeriodicCheck.pause(options.frameTimeout(), options.processingTimeout(), options.idleTimeout());
    }

    void refused(BusException failure) {
        meter.failed(failure.reason());
        warn(failure);
    }

    /** Tells the log of a transaction that has failed and was counted. */
    void warn(BusException failure) {
        log.warn("A transaction was refused (" + failure.reason() + "): " + failure.getMessage(), null);
        LOG.debug("It was refused here", failure);
    }

    /** Whoever received a transaction has failed it; if its client cannot be told why, the log tells. */
    void failed(BusException failure, boolean told) {
        if (told) {
            meter.failed(failure.reason());
        } else {
            refused(failure);
        }
    }

    /**
     * Goes on with other options, without closing the socket. Limits hold for connections that are opened from now on. If the
     * options of TLS are others, those that are open are drained: whom they let in may not be let in any more. Reads files.
     *
     * @param newOptions the options
     * @throws BusException with {@code CONNECT} if TLS cannot be used as they say; then it goes on as before
     */
    public void reconfigure(ServerOptions newOptions) throws BusException {
        Tls before = end.tls();
        useTls(newOptions);
        if (before != end.tls()) {
            connections.forEach(ServerConnection::drainSoon);
        }
        end.held().setLimit(newOptions.memoryLimit());
        if (newOptions.maxConnections() > options.maxConnections()) {
            warnIfTooMany(newOptions);
        }
        options = newOptions;
        inbox.setCapacity(newOptions.queueSize());
    }

    @Override
    public void report(BusDTO bus) {
        bus.kind = BusKind.SERVER.label();
        bus.name = name();
        bus.address = SocketPeer.format(address);
        bus.tls = options.tls() != null;
        bus.state = (isClosed() ? BusState.CLOSING : BusState.READY).label();
        bus.requestType = requestType.toString();
        bus.responseType = responseType.toString();
        bus.peers = entrance.count();
        bus.inFlight = inbox.unsettled().count();
        bus.queued = inbox.size();
        bus.queueSize = options.queueSize();
        end.held().report(bus);
        meter.report(bus);
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return recvRequest(options.receiveTimeout());
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return inbox.take(timeout);
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
     * Closes it.
     *
     * @param attended whether there is somebody to receive what waits; if not, that goes back at once to those clients that
     *     can send it elsewhere
     */
    public void close(boolean attended) {
        closeListener();
        inbox.stop(); // Not before: whoever is turned away would connect again while the listener is closing.
        connections.forEach(ServerConnection::drainSoon);
        if (!attended) {
            inbox.abandonWaiting();
        }
        inbox.close(options.drainTimeout());
        onIdle();
        unfinished.await(FAREWELL);
        connections.forEach(ServerConnection::closeIfNothingIsExpected);
        unfinished.await(lastHandshake() + LAST_REQUEST);
        end.close();
        check.close();
        connections.forEach(ServerConnection::close);
        entrance.overflow().close();
        threads.close();
    }

    /** How long a TLS handshake may take that was under way when the server began to close, in nanoseconds. */
    private long lastHandshake() {
        Tls tls = end.tls();
        return tls == null ? 0 : tls.options().handshakeTimeout().toNanos();
    }

    /**
     * This connection no longer holds up close(): it is closed, or its client (part A) need not close its end. Call once for each
     * connection.
     */
    void done() {
        unfinished.done();
    }

    private void closeListener() {
        try {
            listener.close(inbox::isStopped);
        } catch (IOException e) {
            LOG.warn("{}: the port may not be free yet", this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return options.name() == null ? "server " + SocketPeer.format(address) : options.name();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    ServerOptions options() {
        return options;
    }

    PayloadType<Q> requestType() {
        return requestType;
    }

    /**
     * How its transactions end.
     *
     * @return the meter
     */
    public Meter meter() {
        return meter;
    }

    BusEnd end() {
        return end;
    }

    /** Where code of its users runs. */
    BusThreads threads() {
        return threads;
    }

    ConnectionAcceptor<Q, R> entrance() {
        return entrance;
    }

    /**
     * What it has taken in.
     *
     * @return the inbox
     */
    public Inbox<Q, R> inbox() {
        return inbox;
    }

    @Override
    public String toString() {
        return name() + " on " + SocketPeer.format(address);
    }
}
