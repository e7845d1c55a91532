package org.slimta.bus.impl.local;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.transaction.Inbox;

/** The server of a local bus. */
final class LocalServer<Q, R> implements BusServer<Q, R> {

    private final Supplier<String> name;
    private final Supplier<LocalOptions> options;
    private final Inbox<Q, R> inbox;

    LocalServer(Supplier<String> name, Supplier<LocalOptions> options, Inbox<Q, R> inbox) {
        this.name = name;
        this.options = options;
        this.inbox = inbox;
    }

    @Override
    public String name() {
        return name.get();
    }

    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return recvRequest(options.get().receiveTimeout());
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return inbox.take(timeout);
    }

    Inbox<Q, R> inbox() {
        return inbox;
    }

    boolean isClosed() {
        return inbox.isStopped();
    }

    @Override
    public void close() {
        inbox.close(options.get().drainTimeout());
    }

    @Override
    public String toString() {
        return "server of local bus " + name.get();
    }
}
