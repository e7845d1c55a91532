package org.slimta.bus.impl.grizzly;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.nio.transport.TCPNIOConnectorHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.slimta.bus.impl.transport.Transport.ConnectListener;

/** Makes one connection. It hands out the connection before it connects, so that no event of it is missed. */
@SuppressWarnings("rawtypes")
final class Connector extends TCPNIOConnectorHandler {

    private final Consumer<Connection<?>> onCreated;

    /**
     * Creates a connector.
     *
     * @param transport the transport
     * @param chain the filters of the connection
     * @param onCreated receives the connection before it connects, on the thread that connects
     */
    Connector(TCPNIOTransport transport, FilterChain chain, Consumer<Connection<?>> onCreated) {
        super(transport);
        this.onCreated = onCreated;
        setProcessor(chain);
    }

    /** Connects. Does not block. */
    void connect(InetSocketAddress to, ConnectListener listener) {
        connect(to, new Outcome(listener));
    }

    @Override
    protected void preConfigure(Connection connection) {
        onCreated.accept(connection);
    }

    private static final class Outcome extends EmptyCompletionHandler<Connection> {

        private final ConnectListener listener;

        Outcome(ConnectListener listener) {
            this.listener = listener;
        }

        @Override
        public void completed(Connection connection) {
            if (isSelfConnected(connection)) {
                connection.closeSilently();
                listener.onNotConnected(new ConnectException("Connection refused"));
                return;
            }
            listener.onConnected();
        }

        /**
         * If no server listens on a port, the kernel may pick that very port for this end: the socket connects to
         * itself.
         */
        private static boolean isSelfConnected(Connection connection) {
            Object here = connection.getLocalAddress();
            return here != null && here.equals(connection.getPeerAddress());
        }

        @Override
        public void failed(Throwable cause) {
            listener.onNotConnected(cause);
        }
    }
}
