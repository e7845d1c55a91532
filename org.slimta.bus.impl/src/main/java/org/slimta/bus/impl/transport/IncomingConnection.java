package org.slimta.bus.impl.transport;

import java.net.InetSocketAddress;

/**
 * A connection that a client has made to a server, and that has no listener yet. To be used on the event thread that
 * accepted it.
 */
public interface IncomingConnection {

    /** {@return the address of the client} */
    InetSocketAddress peerAddress();

    /**
     * Makes it carry frames.
     *
     * @param settings its settings
     * @param listener notified of what happens on it, once it is {@linkplain FrameConnection#start() started}
     * @return the connection
     */
    FrameConnection open(ConnectionSettings settings, FrameConnection.Listener listener);

    /** Closes it immediately. */
    void reject();
}
