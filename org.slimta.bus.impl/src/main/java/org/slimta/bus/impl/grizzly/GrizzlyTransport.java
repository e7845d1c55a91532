package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.glassfish.grizzly.CloseReason;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.nio.transport.TCPNIOBindingHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOConnectorHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.concurrent.DaemonThreads;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.tls.TlsBuffers;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.Listening;
import org.slimta.bus.impl.transport.OpenFiles;
import org.slimta.bus.impl.transport.Transport;

/**
 * The one Grizzly transport, with its selector threads, that all sockets of a provider share. It starts with the first
 * socket. The event thread of a connection is the selector thread that it is registered with. Thread-safe.
 */
public final class GrizzlyTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(GrizzlyTransport.class);

    private static final int READ_BUFFER = 64 << 10;
    private static final int BACKLOG = 1024;
    private static final int LAST_ACCEPTS = 64;
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(2);

    private final ReadFilter reading = new ReadFilter(READ_BUFFER);
    private final SharedResources shared;

    /**
     * To listen and to stop listening, one at a time: Grizzly has a lock while it waits for a selector thread to listen, and wants
     * the same lock on a selector thread to stop.
     */
    private final ReentrantLock binding = new ReentrantLock();

    private TCPNIOTransport transport;
    private FilterChain clientChain;
    private boolean closed;

    /**
     * Sockets that nobody has asked for yet.
     *
     * @param threads for handshakes, and for what is done later
     */
    public GrizzlyTransport(Threads threads) {
        shared = new SharedResources(threads, new TlsBuffers(), new BoundedLog(GrizzlyTransport.class));
    }

    private synchronized TCPNIOTransport transport() throws IOException {
        if (closed) {
            throw new IOException("the bus provider is stopped");
        }
        if (transport == null) {
            transport = DaemonThreads.call("slimta-bus-starting", this::start);
            clientChain = chain(connection -> {});
        }
        return transport;
    }

    private TCPNIOTransport start() throws IOException {
        int selectors = Runtime.getRuntime().availableProcessors();
        TCPNIOTransport starting = TCPNIOTransportBuilder.newInstance()
                .setName("slimta-bus")
                .setIOStrategy(new PausingAccept(shared.threads()::after))
                .setSelectorRunnersCount(selectors)
                .setSelectorThreadPoolConfig(ThreadPoolConfig.defaultConfig()
                        .copy()
                        // Not Grizzly's own threads: somebody may keep a thread, which then keeps its class and all of Grizzly.
                        .setThreadFactory(new DaemonThreads("slimta-bus-selector-"))
                        .setCorePoolSize(selectors)
                        .setMaxPoolSize(selectors)
                        .setInitialClassLoader(ClassLoader.getSystemClassLoader()))
                .setTcpNoDelay(true)
                .setKeepAlive(true)
                .setReuseAddress(true)
                .build();
        forgetClasses();
        OpenFiles.closeOne();
        starting.start();
        return starting;
    }

    /**
     * Grizzly has two exceptions that it keeps for good, and an exception keeps the classes that were on the stack when it was
     * filled: it is filled again, on a thread that has none of ours there, so that this bundle can be unloaded.
     */
    private static void forgetClasses() {
        for (CloseReason kept : List.of(CloseReason.LOCALLY_CLOSED_REASON, CloseReason.REMOTELY_CLOSED_REASON)) {
            Thread thread = new Thread(kept.getCause()::fillInStackTrace, "slimta-bus-starting"); // No frame of ours is on it.
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FilterChain chain(Consumer<Connection<?>> onAccept) {
        return FilterChainBuilder.stateless()
                .add(reading)
                .add(new FrameFilter(onAccept))
                .build();
    }

    @Override
    public Listening listen(InetSocketAddress at, Consumer<IncomingConnection> onAccept) throws IOException {
        return new ListeningConnection(listenOn(at, connection -> onAccept.accept(new Incoming(connection))));
    }

    TCPNIOServerConnection listenOn(InetSocketAddress address, Consumer<Connection<?>> onAccept) throws IOException {
        TCPNIOTransport started = transport();
        binding.lock();
        try {
            return DaemonThreads.call("slimta-bus-opening", () -> TCPNIOBindingHandler.builder(started)
                    .processor(chain(onAccept))
                    .build()
                    .bind(address, BACKLOG));
        } finally {
            binding.unlock();
        }
    }

    /** A connection that was accepted. */
    private final class Incoming implements IncomingConnection {

        private final Connection<?> connection;

        Incoming(Connection<?> connection) {
            this.connection = connection;
        }

        @Override
        public InetSocketAddress peerAddress() {
            return GrizzlyFrameConnection.peerOf(connection);
        }

        @Override
        public FrameConnection open(ConnectionSettings settings, FrameConnection.Listener listener) {
            return new GrizzlyFrameConnection(connection, listener, settings, shared);
        }

        @Override
        public void reject() {
            connection.terminateSilently();
        }
    }

    /** A listening socket. */
    private final class ListeningConnection implements Listening {

        private final TCPNIOServerConnection listener;

        ListeningConnection(TCPNIOServerConnection listener) {
            this.listener = listener;
        }

        @Override
        public InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalAddress();
        }

        /** The selector lets go of a closed socket only when it selects again. */
        @Override
        public void close() throws IOException, InterruptedException {
            release(listener);
        }
    }

    private void release(TCPNIOServerConnection listener) throws IOException, InterruptedException {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        long deadline = System.nanoTime() + RELEASE_TIMEOUT.toNanos();
        try {
            CompletableFuture<Future<?>> closing = new CompletableFuture<>();
            binding.lock();
            try {
                listener.executeInEventThread(IOEvent.NONE, () -> {
                    try {
                        acceptAll(listener);
                    } finally {
                        closeNow(listener, closing);
                    }
                });
                closing.get(RELEASE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                        .get(RELEASE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            } finally {
                binding.unlock();
            }
            while (listener.getChannel().isRegistered()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("the selector did not let go of the socket");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            CountDownLatch selected = new CountDownLatch(1);
            listener.executeInEventThread(IOEvent.NONE, selected::countDown);
            if (!selected.await(RELEASE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("the selector is stuck");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the socket was not closed", e);
        }
    }

    /** Who waits to be accepted would be cut off: there is no way to ask how many those are. */
    private static void acceptAll(TCPNIOServerConnection listener) {
        try {
            for (int i = 0; i < LAST_ACCEPTS; i++) {
                listener.onAccept();
            }
        } catch (IOException e) {
            LOG.debug("{} accepts no more", listener, e);
        } catch (RuntimeException e) {
            LOG.warn("{}: who had connected last could not be accepted", listener, e);
        }
    }

    private static void closeNow(TCPNIOServerConnection listener, CompletableFuture<Future<?>> closing) {
        try {
            closing.complete(listener.close());
        } catch (RuntimeException | Error e) {
            closing.completeExceptionally(e);
        }
    }

    @Override
    public void connect(
            InetSocketAddress to, ConnectionSettings settings, FrameConnection.Listener listener, ConnectListener outcome)
            throws IOException {
        new Connector(transport(), created -> {
                    GrizzlyFrameConnection connection = new GrizzlyFrameConnection(created, listener, settings, shared);
                    connection.attach();
                    outcome.onCreated(connection);
                })
                .connect(to, new ConnectHandler(outcome));
    }

    @Override
    public BoundedLog faults() {
        return shared.faults();
    }

    @Override
    public void close() {
        TCPNIOTransport stopping;
        synchronized (this) {
            closed = true;
            stopping = transport;
            transport = null;
        }
        if (stopping != null) {
            try {
                DaemonThreads.call("slimta-bus-closing", () -> stop(stopping));
            } catch (IOException e) {
                throw new IllegalStateException("the transport cannot be stopped", e);
            }
        }
    }

    private static Void stop(TCPNIOTransport stopping) throws IOException, InterruptedException {
        stopping.shutdownNow();
        if (stopping.getKernelThreadPool() != null) {
            stopping.getKernelThreadPool().awaitTermination(2, TimeUnit.SECONDS);
        }
        return null;
    }

    /** Hands out a connection early, so that nothing that happens on it is missed. */
    @SuppressWarnings("rawtypes")
    private final class Connector extends TCPNIOConnectorHandler {

        private final Consumer<Connection<?>> onCreated;

        Connector(TCPNIOTransport transport, Consumer<Connection<?>> onCreated) {
            super(transport);
            this.onCreated = onCreated;
            setProcessor(clientChain);
        }

        @Override
        protected void preConfigure(Connection connection) {
            onCreated.accept(connection);
        }
    }

    @SuppressWarnings("rawtypes")
    private static final class ConnectHandler extends EmptyCompletionHandler<Connection> {

        private final ConnectListener outcome;

        ConnectHandler(ConnectListener outcome) {
            this.outcome = outcome;
        }

        @Override
        public void completed(Connection connection) {
            if (isWithItself(connection)) {
                connection.closeSilently();
                outcome.onNotConnected(new ConnectException("Connection refused"));
                return;
            }
            outcome.onConnected();
        }

        /** Nobody listens there, and the kernel has picked that very port for this end: the socket is connected to itself. */
        private static boolean isWithItself(Connection connection) {
            Object here = connection.getLocalAddress();
            return here != null && here.equals(connection.getPeerAddress());
        }

        @Override
        public void failed(Throwable cause) {
            outcome.onNotConnected(cause);
        }
    }
}
