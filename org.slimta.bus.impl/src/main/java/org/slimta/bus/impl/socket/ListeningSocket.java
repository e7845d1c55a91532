package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.Listening;
import org.slimta.bus.impl.transport.Transport;

/**
 * The socket that a server listens on. Whoever connects in the moment that it takes to close is cut off by the kernel, and cannot
 * know that its request was not read. So while many are connecting, they are let in. Thread-safe.
 */
final class ListeningSocket {

    /** How long nobody has connected when it is quiet, and how long that is awaited. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long MAX_QUIET_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Listening listener;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long lastAccept = System.nanoTime() - QUIET_NANOS;

    /**
     * Listens.
     *
     * @param transport has the sockets
     * @param address where
     * @param onAccept what is given each connection, on a selector thread
     * @throws IOException if that address cannot be listened on
     */
    ListeningSocket(Transport transport, InetSocketAddress address, Consumer<IncomingConnection> onAccept) throws IOException {
        this.listener = transport.listen(address, connection -> {
            lastAccept = System.nanoTime();
            onAccept.accept(connection);
        });
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Closes it, when it is quiet. Blocks until the port is free. A second call does nothing.
     *
     * @param now tells whether it is not to wait any longer
     * @throws IOException if it could not be seen in time that the port is free
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    void close(BooleanSupplier now) throws IOException, InterruptedException {
        if (closed.compareAndSet(false, true)) {
            awaitQuiet(now);
            listener.close();
        }
    }

    private void awaitQuiet(BooleanSupplier now) {
        long latest = System.nanoTime() + MAX_QUIET_WAIT_NANOS;
        while (System.nanoTime() - lastAccept < QUIET_NANOS
                && System.nanoTime() - latest < 0
                && !now.getAsBoolean()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(QUIET_NANOS / 4);
        }
    }
}
