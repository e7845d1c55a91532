package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;

/** The coming about of one connection: the addresses of a host are tried one after the other. */
final class Dialing {

    /** Whom to tell. */
    interface Listener {

        /** There is a connection, which may come about yet. Called again if it did not and there is another address. */
        void onCreated(Connection<?> connection);

        /** The connection has come about. */
        void onConnected();

        /** None has come about. */
        void onFailed(String why, Throwable cause);
    }

    private final Network network;
    private final int port;
    private final Listener listener;
    private Iterator<InetAddress> addresses;
    private boolean cancelled;

    Dialing(Network network, int port, Listener listener) {
        this.network = network;
        this.port = port;
        this.listener = listener;
    }

    /** Tries addresses. Does not wait. */
    synchronized void start(List<InetAddress> of) {
        addresses = of.iterator();
        connectNext(null);
    }

    /** Tries no more addresses. */
    synchronized void cancel() {
        cancelled = true;
    }

    private synchronized void connectNext(Throwable before) {
        if (cancelled) {
            return;
        }
        if (!addresses.hasNext()) {
            String why = before == null || before.getMessage() == null ? String.valueOf(before) : before.getMessage();
            listener.onFailed(why + "; is the server running, and is that its address?", before);
            return;
        }
        InetSocketAddress address = new InetSocketAddress(addresses.next(), port);
        Consumer<Throwable> onFailed = this::connectNext;
        try {
            network.connect(address, listener::onCreated, listener::onConnected, onFailed);
        } catch (IOException e) {
            listener.onFailed(e.getMessage(), e);
        }
    }
}
