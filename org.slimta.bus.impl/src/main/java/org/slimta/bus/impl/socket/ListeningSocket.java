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
 * The socket that a server listens on. A client that connects in the moment that closing takes is cut off by the
 * kernel, and cannot know that its request was not read. So while many clients are connecting, they are accepted.
 * Thread-safe.
 */
final class ListeningSocket {

    /** After this time without a new connection it is quiet enough to close. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long to wait for that. */
    private static final long MAX_QUIET_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Listening listener;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long lastAccept = System.nanoTime() - QUIET_NANOS;

    /**
     * Starts to listen.
     *
     * @param transport opens the socket
     * @param address the address to listen on
     * @param onAccept accepts each connection, on a selector thread
     * @throws IOException if listening on that address fails
     */
    ListeningSocket(Transport transport, InetSocketAddress address, Consumer<IncomingConnection> onAccept)
            throws IOException {
        this.listener = transport.listen(address, connection -> {
            lastAccept = System.nanoTime();
            onAccept.accept(connection);
        });
    }

    /** Returns the address it listens on. */
    InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Closes the socket when it is quiet. Blocks until the port is free. A second call does nothing.
     *
     * @param now tells whether to close without waiting any longer
     * @throws IOException if the port was not free in time
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
