package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
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
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.BusThreads;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Inbox.Offer;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.Meter;
import org.slimta.bus.impl.transaction.Opened;
import org.slimta.bus.impl.transaction.Registry;
import org.slimta.bus.impl.transaction.Threads;

/**
 * A server on a TCP port. When its queue is full it stops reading: connections that bring more are parked until there is
 * room.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketServer<Q, R> implements BusServer<Q, R>, Opened, Inbox.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

    /** How long clients have, after all is answered, to take it and to close their ends. */
    private static final long FAREWELL = TimeUnit.SECONDS.toNanos(5);

    /** How long nobody has connected when it is quiet, and how long that is awaited. */
    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long LONGEST_NOISE = TimeUnit.MILLISECONDS.toNanos(200);

    /** How many streams of attachments may block at once, while they are read to be sent. */
    private static final int MAX_STREAMS = 256;

    /** How many files a process may need beside connections, at least. */
    private static final int OTHER_FILES = 64;

    private final PayloadType<Q> requestType;
    private final PayloadType<R> responseType;
    private final Meter meter = new Meter();
    private volatile ServerOptions options;
    private volatile BusEnd end;
    private final BusThreads threads;
    private final Inbox<Q, R> inbox;
    private final BoundedLog log = new BoundedLog(SocketServer.class);
    private final Registry<ServerConnection<Q, R>> connections = new Registry<>();
    private final Admission admission = new Admission();
    private final OverflowConnections overflow;
    private final WaitingLine<ServerConnection<Q, R>> parked = new WaitingLine<>();
    private final Set<Runnable> unflushed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean listenerClosed = new AtomicBoolean();
    private final Object endings = new Object();

    /** How many connections there are of which something is still awaited when the server closes. */
    private final AtomicInteger undone = new AtomicInteger();

    private volatile InetSocketAddress address;
    private volatile TCPNIOServerConnection listener;
    private volatile boolean closed;
    private volatile long lastAccept = System.nanoTime() - QUIET;

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
                threads, network, codecs, new Failures(this::name), options.limits(), options.codecTimeout(),
                new HeldBytes(
                        options.heldSize(), threads, each -> connections.forEach(one -> each.accept(one.channel().holder()))),
                null);
        this.threads = threads.newBusThreads(name(), MAX_STREAMS);
        this.overflow = new OverflowConnections(end);
        this.inbox = new Inbox<>(options.queueSize(), end.failures(), this);
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
            listener = end.network().listen(address, this::accept);
        } catch (IOException | RuntimeException e) {
            throw new BusException(
                    Reason.CONNECT,
                    "bus " + name() + ": cannot listen on " + SocketPeer.format(address) + ": " + e.getMessage()
                            + "; give another address or port, or end what is listening there",
                    e);
        }
        address = (InetSocketAddress) listener.getLocalAddress();
        warnIfTooMany(options);
        lookLater();
        LOG.debug("{} is listening", this);
    }

    /** It would accept connections until nothing else can be opened either. */
    private void warnIfTooMany(ServerOptions newOptions) {
        long most = OpenFiles.most();
        if (most != OpenFiles.UNKNOWN && newOptions.maxConnections() > most - OTHER_FILES) {
            LOG.warn(
                    "{}: maxConnections is {}, but this process may open no more than {} files, connections among them; raise that"
                            + " (ulimit -n), or lower maxConnections",
                    this,
                    newOptions.maxConnections(),
                    most);
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
        end = end.with(newOptions.limits(), newOptions.codecTimeout(), now);
    }

    private void accept(Connection<?> connection) {
        lastAccept = System.nanoTime();
        InetSocketAddress from = FrameChannel.peerOf(connection);
        String reason = admission.admit(from.getAddress(), options);
        if (reason != null) {
            turnAway(connection, end.failures().of(Reason.OVERLOADED, SocketPeer.format(from), reason, null));
            return;
        }
        ServerConnection<Q, R> accepted;
        try {
            accepted = new ServerConnection<>(this, connection);
        } catch (RuntimeException | Error e) {
            admission.release(from.getAddress());
            end.network().faults().warn(this + " cannot serve the connection of " + SocketPeer.format(from), e);
            connection.terminateSilently();
            return;
        }
        undone.incrementAndGet();
        connections.add(accepted);
        accepted.start();
        if (inbox.isStopped()) {
            accepted.drain();
            end.threads().after(Duration.ofNanos(2 * FAREWELL), accepted::close);
        }
    }

    /** The handshake would cost more than what there is to say. */
    private void turnAway(Connection<?> connection, BusException why) {
        refused(why);
        BusEnd with = end;
        if (with.tls() != null || !overflow.take(connection, with, why)) {
            connection.terminateSilently();
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
            admission.release(connection.peer().address().getAddress());
        }
        parked.remove(connection);
    }

    /** Takes in a request; those that were parked before it come first. */
    Offer offer(ServerExchange<Q, R> exchange) {
        return parked.isEmpty() ? inbox.offer(exchange) : inbox.isStopped() ? Offer.CLOSED : Offer.FULL;
    }

    void park(ServerConnection<Q, R> connection) {
        parked.add(connection);
        onRoom();
    }

    @Override
    public void onRoom() {
        while (!parked.isEmpty() && !inbox.isFull()) {
            ServerConnection<Q, R> connection = parked.poll();
            if (connection != null && !connection.unpark()) {
                parked.putBack(connection);
            }
        }
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

    private void lookLater() {
        long shortest = Stream.of(options.frameTimeout(), options.answerTimeout(), options.idleTimeout())
                .mapToLong(Duration::toMillis)
                .min()
                .getAsLong();
        end.threads().after(Duration.ofMillis(Math.max(10, Math.min(1000, shortest / 4))), this::look);
    }

    /** Ends what takes too long. */
    private void look() {
        if (closed) {
            return;
        }
        try {
            Tls tls = end.tls();
            if (tls != null) {
                end.threads().lookups().execute(() -> tls.refresh(this));
            }
            connections.forEach(ServerConnection::look);
            inbox.unsettled().forEach(arrival -> endIfTooLate((ServerExchange<Q, R>) arrival));
        } finally {
            lookLater();
        }
    }

    private void endIfTooLate(ServerExchange<Q, R> exchange) {
        if (System.nanoTime() - exchange.arrived() > options.answerTimeout().toNanos()) {
            exchange.fail(exchange.failure(
                    Reason.TIMEOUT,
                    "no answer within " + options.answerTimeout().toMillis() + " ms (answerTimeout)",
                    null));
        }
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
     * Goes on with other options, without closing the socket. Limits and certificates hold for connections that are opened
     * from now on; when TLS comes or goes, those that are open are drained. Reads files.
     *
     * @param newOptions the options
     * @throws BusException with {@code CONNECT} if TLS cannot be used as they say; then it goes on as before
     */
    public void reconfigure(ServerOptions newOptions) throws BusException {
        boolean secured = end.tls() != null;
        useTls(newOptions);
        if (secured != (end.tls() != null)) {
            connections.forEach(ServerConnection::drainSoon);
        }
        end.held().setLimit(newOptions.heldSize());
        if (newOptions.maxConnections() > options.maxConnections()) {
            warnIfTooMany(newOptions);
        }
        options = newOptions;
        inbox.setCapacity(newOptions.queueSize());
    }

    @Override
    public void report(BusDTO bus) {
        bus.kind = "server";
        bus.name = name();
        bus.address = SocketPeer.format(address);
        bus.tls = options.tls() != null;
        bus.state = isClosed() ? "closing" : "ready";
        bus.requestType = requestType.toString();
        bus.responseType = responseType.toString();
        bus.peers = admission.count();
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
        if (listenerClosed.compareAndSet(false, true)) {
            awaitQuiet();
            closeListener();
        }
        inbox.stop(); // Not before: whoever is turned away would connect again while the listener is closing.
        connections.forEach(ServerConnection::drainSoon);
        if (!attended) {
            inbox.abandonWaiting();
        }
        inbox.close(options.drainTimeout());
        onIdle();
        awaitEndings();
        end.close();
        closed = true;
        connections.forEach(ServerConnection::close);
        overflow.close();
        threads.close();
    }

    /** Nothing of a connection is awaited any more: its client does not close its end, or it has. To be called once for each. */
    void done() {
        if (undone.decrementAndGet() == 0 && inbox.isStopped()) {
            synchronized (endings) {
                endings.notifyAll();
            }
        }
    }

    private void awaitEndings() {
        long deadline = System.nanoTime() + FAREWELL;
        synchronized (endings) {
            try {
                while (!closed && undone.get() > 0) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0) {
                        return;
                    }
                    endings.wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Who connects in the moment that the listener takes to close is cut off by the kernel, and cannot know that its request
     * was not read. So while many are connecting, they are let in.
     */
    private void awaitQuiet() {
        long latest = System.nanoTime() + LONGEST_NOISE;
        while (System.nanoTime() - lastAccept < QUIET
                && System.nanoTime() - latest < 0
                && !inbox.isStopped()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(QUIET / 4);
        }
    }

    private void closeListener() {
        try {
            end.network().close(listener);
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

    OverflowConnections overflow() {
        return overflow;
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
