package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.slimta.bus.impl.status.BoundedLog;

/** Makes connections, and accepts them. All buses of a provider share one. Thread-safe. */
public interface Transport extends AutoCloseable {

    /** Told how an attempt to connect goes on. */
    interface ConnectListener {

        /**
         * The connection exists, and has not come about yet. Called once, on the thread that connects. To close the connection
         * ends the attempt.
         *
         * @param connection the connection, which tells its listener what happens
         */
        void onCreated(FrameConnection connection);

        /** It has come about. Called on its event thread. */
        void onConnected();

        /**
         * It has not come about.
         *
         * @param cause why; may be null
         */
        void onNotConnected(Throwable cause);
    }

    /**
     * Connects. Does not wait, and must not be called on a thread of users: it may leave thread locals behind.
     *
     * @param to where to, resolved
     * @param settings what the connection works with
     * @param listener whom the connection serves
     * @param outcome told how it goes on
     * @throws IOException if it cannot even begin
     */
    void connect(InetSocketAddress to, ConnectionSettings settings, FrameConnection.Listener listener, ConnectListener outcome)
            throws IOException;

    /**
     * Listens. May block briefly.
     *
     * @param at where
     * @param onAccept what is given each connection, on its event thread; must not block
     * @return the listening socket
     * @throws IOException if that address cannot be listened on
     */
    Listening listen(InetSocketAddress at, Consumer<IncomingConnection> onAccept) throws IOException;

    /** {@return where faults are logged that end a connection, or would otherwise be lost} */
    BoundedLog faults();

    /** Closes what is left open, and ends its threads. May block for some seconds. */
    @Override
    void close();
}
