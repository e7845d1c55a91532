package org.slimta.bus.impl.local;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Opened;

/** The receiving end. */
final class LocalServer<Q, R> implements BusServer<Q, R>, Opened {

    private final String name;
    private final LocalOptions options;
    private final Inbox<Q, R> inbox;

    LocalServer(String name, LocalOptions options, Inbox<Q, R> inbox) {
        this.name = name;
        this.options = options;
        this.inbox = inbox;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return recvRequest(options.receiveTimeout());
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return inbox.take(timeout);
    }

    @Override
    public boolean isClosed() {
        return inbox.isStopped();
    }

    @Override
    public void close() {
        inbox.close(options.drainTimeout());
    }

    @Override
    public String toString() {
        return "server of local bus " + name;
    }
}
