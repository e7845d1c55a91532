package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.glassfish.grizzly.CloseReason;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.nio.transport.TCPNIOBindingHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
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
 * The Grizzly transport, with its selector threads, that all sockets of a provider share. It starts with the first
 * socket. The event thread of a connection is the selector thread that it is registered with. Thread-safe.
 */
public final class GrizzlyTransport implements Transport {

    private static final int READ_BUFFER_BYTES = 64 << 10;
    private static final int LISTEN_BACKLOG = 1024;
    private static final int STOP_TIMEOUT_SECONDS = 2;

    private final ReadFilter readFilter = new ReadFilter(READ_BUFFER_BYTES);
    private final SharedResources shared;

    /**
     * Lets one thread at a time listen or stop listening: to listen, Grizzly holds a lock while it waits for a selector
     * thread; to stop, it takes the same lock on a selector thread.
     */
    private final ReentrantLock binding = new ReentrantLock();

    // Guarded by this. The chain stays the same once transport() has returned.
    private TCPNIOTransport transport;
    private FilterChain clientChain;
    private boolean closed;

    /**
     * Creates a transport without sockets or threads.
     *
     * @param threads the clock, and threads for handshakes and for tasks that run later
     */
    public GrizzlyTransport(Threads threads) {
        shared = new SharedResources(threads, new TlsBuffers(), new BoundedLog(GrizzlyTransport.class));
    }

    private synchronized TCPNIOTransport transport() throws IOException {
        if (closed) {
            throw new IOException("the bus provider was stopped");
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
                        // Not Grizzly's own threads: other code may keep a thread, and with it its class and all of
                        // Grizzly.
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
     * Grizzly keeps two exceptions for good, and an exception keeps the classes that were on the stack when its stack
     * trace was filled. It is filled again on a thread that has no class of this bundle on its stack, so that the
     * bundle can be unloaded.
     */
    private static void forgetClasses() {
        for (CloseReason kept : List.of(CloseReason.LOCALLY_CLOSED_REASON, CloseReason.REMOTELY_CLOSED_REASON)) {
            Thread thread = new Thread(kept.getCause()::fillInStackTrace, "slimta-bus-starting");
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
                .add(readFilter)
                .add(new FrameFilter(onAccept))
                .build();
    }

    @Override
    public Listening listen(InetSocketAddress at, Consumer<IncomingConnection> onAccept) throws IOException {
        TCPNIOServerConnection listener = listenOn(at, connection -> onAccept.accept(new Incoming(connection)));
        return new ListeningSocket(listener, binding, this::isClosed);
    }

    TCPNIOServerConnection listenOn(InetSocketAddress address, Consumer<Connection<?>> onAccept) throws IOException {
        TCPNIOTransport started = transport();
        binding.lock();
        try {
            return DaemonThreads.call(
                    "slimta-bus-opening",
                    () -> TCPNIOBindingHandler.builder(started)
                            .processor(chain(onAccept))
                            .build()
                            .bind(address, LISTEN_BACKLOG));
        } finally {
            binding.unlock();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** An accepted connection. */
    private final class Incoming implements IncomingConnection {

        private final Connection<?> connection;

        Incoming(Connection<?> connection) {
            this.connection = connection;
        }

        @Override
        public InetSocketAddress peerAddress() {
            return ConnectionSocket.peerOf(connection);
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

    @Override
    public void connect(
            InetSocketAddress to,
            ConnectionSettings settings,
            FrameConnection.Listener listener,
            ConnectListener connectListener)
            throws IOException {
        TCPNIOTransport started = transport();
        new Connector(started, clientChain, created -> {
                    GrizzlyFrameConnection connection = new GrizzlyFrameConnection(created, listener, settings, shared);
                    connection.attach();
                    connectListener.onCreated(connection);
                })
                .connect(to, connectListener);
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
                throw new IllegalStateException("the Grizzly transport could not be stopped", e);
            }
        }
    }

    private static Void stop(TCPNIOTransport stopping) throws IOException, InterruptedException {
        stopping.shutdownNow();
        if (stopping.getKernelThreadPool() != null) {
            stopping.getKernelThreadPool().awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        return null;
    }
}
