package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.slimta.bus.impl.status.BoundedLog;

/** Makes and accepts connections. All buses of a provider share one transport. Thread-safe. */
public interface Transport extends AutoCloseable {

    /** Notified of the progress of one attempt to connect. */
    interface ConnectListener {

        /**
         * The connection exists, but is not connected yet. Called once, on the thread that connects. Closing the
         * connection ends the attempt.
         *
         * @param connection the connection; it notifies its listener already
         */
        void onCreated(FrameConnection connection);

        /** The connection is connected. Called on its event thread. */
        void onConnected();

        /**
         * The attempt has failed. Called on any thread.
         *
         * @param cause why; may be null
         */
        void onNotConnected(Throwable cause);
    }

    /**
     * Connects to a server. Does not block. Must not be called on a thread of users: it may leave thread locals there.
     *
     * @param to the resolved address of the server
     * @param settings the settings of the connection
     * @param listener notified of what happens on the connection
     * @param outcome notified of the progress of the attempt
     * @throws IOException if the attempt cannot begin, because the transport is closed or cannot start
     */
    void connect(
            InetSocketAddress to,
            ConnectionSettings settings,
            FrameConnection.Listener listener,
            ConnectListener outcome)
            throws IOException;

    /**
     * Listens on an address. May block briefly.
     *
     * @param at the address
     * @param onAccept receives each connection, on its event thread; must not block
     * @return the listening socket
     * @throws IOException if this is not possible, because the address is in use, for example
     */
    Listening listen(InetSocketAddress at, Consumer<IncomingConnection> onAccept) throws IOException;

    /** {@return the log for faults that end a connection, or would otherwise be lost} */
    BoundedLog faults();

    /** Closes all connections and listening sockets, and ends the threads. May block for some seconds. */
    @Override
    void close();
}
