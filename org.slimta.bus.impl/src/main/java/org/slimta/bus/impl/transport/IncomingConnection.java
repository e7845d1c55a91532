package org.slimta.bus.impl.transport;

import java.net.InetSocketAddress;

/** A connection that somebody has made to a server, and that nobody serves yet. Used on the event thread that accepted it. */
public interface IncomingConnection {

    /** {@return where it comes from} */
    InetSocketAddress peerAddress();

    /**
     * Makes it a way for frames.
     *
     * @param settings what it works with
     * @param listener whom it serves, once it is {@linkplain FrameConnection#start() started}
     * @return the connection
     */
    FrameConnection open(ConnectionSettings settings, FrameConnection.Listener listener);

    /** Closes it at once. */
    void reject();
}
