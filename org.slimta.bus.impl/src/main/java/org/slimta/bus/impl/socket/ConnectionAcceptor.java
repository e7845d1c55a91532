package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * Accepts connections to a server within the limits of {@link ConnectionLimiter}, and rejects the others. Thread-safe.
 */
final class ConnectionAcceptor {

    private final Reception<?, ?> reception;
    private final Supplier<SocketContext> context;
    private final Function<IncomingConnection, Runnable> open;
    private final ConnectionLimiter limiter = new ConnectionLimiter();
    private final OverflowConnections overflow;

    /**
     * Creates an acceptor that has accepted nothing.
     *
     * @param reception the server
     * @param context supplies the collaborators of connections that are accepted now
     * @param open opens an accepted connection, and returns the task that begins to serve it; if it throws, the
     *     connection is rejected
     */
    ConnectionAcceptor(
            Reception<?, ?> reception, Supplier<SocketContext> context, Function<IncomingConnection, Runnable> open) {
        this.reception = reception;
        this.context = context;
        this.open = open;
        this.overflow = new OverflowConnections(context.get());
    }

    /** Handles a new connection. Called on its selector thread. */
    void accept(IncomingConnection connection) {
        InetSocketAddress from = connection.peerAddress();
        String reason = limiter.admit(from.getAddress(), reception.options());
        if (reason != null) {
            reject(connection, reception.failures().of(Reason.OVERLOADED, SocketPeer.format(from), reason, null));
            return;
        }
        Runnable serve;
        try {
            serve = open.apply(connection);
        } catch (RuntimeException | Error e) {
            limiter.release(from.getAddress());
            context.get()
                    .network()
                    .transport()
                    .faults()
                    .failed(reception + " cannot serve the connection of " + SocketPeer.format(from), e);
            connection.reject();
            return;
        }
        serve.run(); // Outside of the try block: from here on the connection releases its place itself.
    }

    /** With TLS the connection is closed at once: the handshake would cost more than the reported reason is worth. */
    private void reject(IncomingConnection connection, BusException why) {
        reception.refused(why);
        SocketContext now = context.get();
        if (now.tls() != null || !overflow.take(connection, now, why)) {
            connection.reject();
        }
    }

    /** A connection from an address is closed. */
    void release(InetAddress address) {
        limiter.release(address);
    }

    /** Returns the number of connections, without rejected ones. */
    int count() {
        return limiter.count();
    }

    OverflowConnections overflow() {
        return overflow;
    }
}
