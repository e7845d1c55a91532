package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.codecs.ObjectCoder.Decoder;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Opened;
import org.slimta.bus.impl.transaction.Threads;

/**
 * A server on a TCP port. When its queue is full it stops reading: connections that bring more are parked until there is
 * room.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketServer<Q, R> implements BusServer<Q, R>, Opened {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

    private final ServerOptions options;
    private final Class<Q> requestType;
    private final Threads threads;
    private final ObjectCoder coder;
    private final Failures failures;
    private final Inbox<Q, R> inbox;
    private final RefusalLog log = new RefusalLog();
    private final Set<ServerConnection<Q, R>> connections = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean listenerClosed = new AtomicBoolean();
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final Deque<ServerConnection<Q, R>> parked = new ConcurrentLinkedDeque<>();
    private final Network network;
    private volatile InetSocketAddress address;
    private volatile TCPNIOServerConnection listener;
    private volatile boolean closed;

    private SocketServer(
            InetSocketAddress wanted,
            Class<Q> requestType,
            ServerOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        this.address = wanted;
        this.network = network;
        this.options = options;
        this.requestType = requestType;
        this.threads = threads;
        this.coder = new ObjectCoder(codecs, options.codecTimeout(), options.limits(), threads);
        this.failures = new Failures(this::name);
        this.inbox = new Inbox<>(options.queueSize(), failures, this::unparkWhileRoom);
    }

    /**
     * Opens a server.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the interface
     * @param port the port, 0 to have one picked
     * @param requestType what requests are
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
            Class<Q> requestType,
            ServerOptions options,
            Codecs codecs,
            Network network,
            Threads threads)
            throws BusException {
        SocketServer<Q, R> server =
                new SocketServer<>(new InetSocketAddress(host, port), requestType, options, codecs, network, threads);
        server.listen();
        return server;
    }

    private void listen() throws BusException {
        if (address.isUnresolved()) {
            throw failures.of(
                    Reason.CONNECT, "cannot listen on " + SocketPeer.format(address) + ": the host name is unknown");
        }
        try {
            listener = network.listen(address, this::accept);
        } catch (IOException | RuntimeException e) {
            throw new BusException(
                    Reason.CONNECT,
                    "bus " + name() + ": cannot listen on " + SocketPeer.format(address) + ": " + e.getMessage()
                            + "; give another address or port, or end what is listening there",
                    e);
        }
        address = (InetSocketAddress) listener.getLocalAddress();
        LOG.debug("{} is listening", this);
    }

    private void accept(Connection<?> connection) {
        if (connectionCount.incrementAndGet() > options.maxConnections()) {
            connectionCount.decrementAndGet();
            log.refused(failures.of(
                    Reason.OVERLOADED,
                    SocketPeer.format(FrameChannel.peerOf(connection)),
                    "there are " + options.maxConnections() + " connections already (maxConnections)",
                    null));
            connection.closeSilently();
            return;
        }
        ServerConnection<Q, R> accepted = new ServerConnection<>(this, connection);
        connections.add(accepted);
        accepted.start();
        if (closed) {
            accepted.close();
        }
    }

    /** The client is gone: nothing is owed to it any more. */
    void forget(ServerConnection<Q, R> connection) {
        if (connections.remove(connection)) {
            connectionCount.decrementAndGet();
        }
        if (connection.isParked()) {
            parked.remove(connection);
        }
        inbox.settled(connection);
    }

    boolean isSaturated() {
        return inbox.isFull();
    }

    /** Takes in a frame; those that were parked before it come first. */
    void enqueue(ServerConnection<Q, R> connection) {
        if (!parked.isEmpty() || !offer(connection)) {
            connection.park();
        }
    }

    private boolean offer(ServerConnection<Q, R> connection) {
        return switch (inbox.offer(connection)) {
            case FULL -> false;
            case CLOSED -> {
                connection.end();
                yield true;
            }
            case TAKEN, OVER -> true;
        };
    }

    void park(ServerConnection<Q, R> connection) {
        parked.addLast(connection);
        unparkWhileRoom();
    }

    private void unparkWhileRoom() {
        while (!parked.isEmpty() && !inbox.isFull()) {
            ServerConnection<Q, R> connection = parked.pollFirst();
            if (connection == null) {
                continue;
            }
            if (connection.hasFrame() && !offer(connection)) {
                parked.addFirst(connection);
            } else {
                connection.unpark();
            }
        }
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
        inbox.stop();
        if (listenerClosed.compareAndSet(false, true)) {
            closeListener();
        }
        inbox.close(options.drainTimeout());
        coder.close();
        closed = true;
        connections.forEach(ServerConnection::close);
    }

    private void closeListener() {
        try {
            network.close(listener);
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

    Decoder<Q> awaitDecoder() throws InterruptedException {
        try {
            return coder.decoder(requestType).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    Threads threads() {
        return threads;
    }

    ObjectCoder coder() {
        return coder;
    }

    Failures failures() {
        return failures;
    }

    Inbox<Q, R> inbox() {
        return inbox;
    }

    RefusalLog log() {
        return log;
    }

    @Override
    public String toString() {
        return name() + " on " + SocketPeer.format(address);
    }
}
