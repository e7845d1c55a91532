package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.impl.transport.Listening;

/** A listening socket of Grizzly. Thread-safe. */
final class ListeningSocket implements Listening {

    private static final Logger LOG = LoggerFactory.getLogger(ListeningSocket.class);

    /** The number of waiting connections that are accepted before the socket is closed. */
    private static final int LAST_ACCEPTS = 64;

    private static final long RELEASE_TIMEOUT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long RELEASE_POLL_MILLIS = 1;

    private final TCPNIOServerConnection listener;
    private final ReentrantLock binding;
    private final BooleanSupplier isTransportClosed;

    /**
     * Creates one.
     *
     * @param listener the socket, which listens already
     * @param binding the lock of the transport for listening and for stopping to listen
     * @param isTransportClosed whether the transport was closed, and the socket with it
     */
    ListeningSocket(TCPNIOServerConnection listener, ReentrantLock binding, BooleanSupplier isTransportClosed) {
        this.listener = listener;
        this.binding = binding;
        this.isTransportClosed = isTransportClosed;
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** The selector releases a closed socket only when it selects again. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (isTransportClosed.getAsBoolean()) {
            return;
        }
        long deadline = System.nanoTime() + RELEASE_TIMEOUT_NANOS;
        try {
            closeOnSelector();
            while (listener.getChannel().isRegistered()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("the selector did not release the listening socket in time");
                }
                TimeUnit.MILLISECONDS.sleep(RELEASE_POLL_MILLIS);
            }
            CountDownLatch selected = new CountDownLatch(1);
            listener.executeInEventThread(IOEvent.NONE, selected::countDown);
            if (!selected.await(RELEASE_TIMEOUT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new IOException("the selector thread of the listening socket does not respond");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the listening socket could not be closed", e);
        }
    }

    private void closeOnSelector() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Future<?>> closing = new CompletableFuture<>();
        binding.lock();
        try {
            listener.executeInEventThread(IOEvent.NONE, () -> {
                try {
                    acceptWaiting();
                } finally {
                    closeNow(closing);
                }
            });
            closing.get(RELEASE_TIMEOUT_NANOS, TimeUnit.NANOSECONDS).get(RELEASE_TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
        } finally {
            binding.unlock();
        }
    }

    /** Closing the socket would cut off clients that wait to be accepted. There is no way to ask for their number. */
    private void acceptWaiting() {
        try {
            for (int i = 0; i < LAST_ACCEPTS; i++) {
                listener.onAccept();
            }
        } catch (IOException e) {
            LOG.debug("{}: no more connections are accepted", listener, e);
        } catch (RuntimeException e) {
            LOG.warn("{}: cannot accept the last clients that have connected", listener, e);
        }
    }

    private void closeNow(CompletableFuture<Future<?>> closing) {
        try {
            closing.complete(listener.close());
        } catch (RuntimeException | Error e) {
            closing.completeExceptionally(e);
        }
    }
}
