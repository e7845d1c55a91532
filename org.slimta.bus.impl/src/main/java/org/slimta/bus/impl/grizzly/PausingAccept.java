package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.IOStrategy;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.strategies.SameThreadIOStrategy;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * Handles each event on the selector thread that receives it. When a connection cannot be accepted, because the process
 * has no file descriptor left, accepting pauses: otherwise the selector would try again without end, and without a
 * message. Thread-safe.
 */
@SuppressWarnings("rawtypes")
final class PausingAccept implements IOStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(PausingAccept.class);

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long LOG_PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final IOStrategy usual = SameThreadIOStrategy.getInstance();
    private final BiConsumer<Duration, Runnable> timer;
    private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - LOG_PERIOD_NANOS - 1);

    /**
     * Creates a strategy for one transport.
     *
     * @param timer runs a task after a delay
     */
    PausingAccept(BiConsumer<Duration, Runnable> timer) {
        this.timer = timer;
    }

    @Override
    public boolean executeIoEvent(Connection connection, IOEvent event) throws IOException {
        return executeIoEvent(connection, event, true);
    }

    @Override
    public boolean executeIoEvent(Connection connection, IOEvent event, boolean isEnabled) throws IOException {
        if (event != IOEvent.SERVER_ACCEPT) {
            return usual.executeIoEvent(connection, event, isEnabled);
        }
        TCPNIOServerConnection listener = (TCPNIOServerConnection) connection;
        try {
            listener.onAccept();
        } catch (IOException | RuntimeException e) {
            if (listener.isOpen()) {
                pause(listener, e);
            }
        }
        return true;
    }

    private void pause(TCPNIOServerConnection listener, Exception e) throws IOException {
        listener.disableIOEvent(IOEvent.SERVER_ACCEPT);
        timer.accept(PAUSE, () -> resume(listener));
        long now = System.nanoTime();
        long last = lastLogged.get();
        if (now - last > LOG_PERIOD_NANOS && lastLogged.compareAndSet(last, now)) {
            LOG.warn(
                    "Cannot accept connections on {}; retrying every {} ms: {}. If the process has no file descriptors"
                            + " left, raise their limit (ulimit -n) or lower maxConnections",
                    SocketPeer.format((InetSocketAddress) listener.getLocalAddress()),
                    PAUSE.toMillis(),
                    e.getMessage());
            LOG.debug("Accepting failed here", e);
        }
    }

    private static void resume(TCPNIOServerConnection listener) {
        try {
            listener.enableIOEvent(IOEvent.SERVER_ACCEPT);
        } catch (IOException e) {
            LOG.debug("{} is closed", listener, e);
        }
    }

    @Override
    public Executor getThreadPoolFor(Connection connection, IOEvent event) {
        return usual.getThreadPoolFor(connection, event);
    }

    @Override
    public ThreadPoolConfig createDefaultWorkerPoolConfig(Transport transport) {
        return usual.createDefaultWorkerPoolConfig(transport);
    }
}
