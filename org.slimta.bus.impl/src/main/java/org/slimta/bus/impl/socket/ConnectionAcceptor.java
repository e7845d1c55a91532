package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.SocketPeer;

/** Lets connections in to a server as long as there are not too many, and turns away the others. Thread-safe. */
final class ConnectionAcceptor<Q, R> {

    private final SocketServer<Q, R> server;
    private final ConnectionLimiter admission = new ConnectionLimiter();
    private final OverflowConnections overflow;

    /** Nobody has come yet. */
    ConnectionAcceptor(SocketServer<Q, R> server) {
        this.server = server;
        this.overflow = new OverflowConnections(server.end());
    }

    /** A connection was made. Called on its selector thread. */
    void accept(IncomingConnection connection) {
        InetSocketAddress from = connection.peerAddress();
        String reason = admission.admit(from.getAddress(), server.options());
        if (reason != null) {
            turnAway(connection, server.end().failures().of(Reason.OVERLOADED, SocketPeer.format(from), reason, null));
            return;
        }
        ServerConnection<Q, R> accepted;
        try {
            accepted = new ServerConnection<>(server, connection);
        } catch (RuntimeException | Error e) {
            admission.release(from.getAddress());
            server.end().network().transport().faults().failed(server + " cannot serve the connection of " + SocketPeer.format(from), e);
            connection.reject();
            return;
        }
        server.serve(accepted);
    }

    /** With TLS the handshake would cost more than what there is to say. */
    private void turnAway(IncomingConnection connection, BusException why) {
        server.refused(why);
        BusEnd end = server.end();
        if (end.tls() != null || !overflow.take(connection, end, why)) {
            connection.reject();
        }
    }

    /** A connection from an address is closed. */
    void release(InetAddress address) {
        admission.release(address);
    }

    /** How many connections there are, without those that are turned away. */
    int count() {
        return admission.count();
    }

    OverflowConnections overflow() {
        return overflow;
    }
}
