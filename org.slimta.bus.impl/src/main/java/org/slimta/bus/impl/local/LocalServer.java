package org.slimta.bus.impl.local;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.handling.ServedInbox;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.transaction.Inbox;

/** The server of a local bus. */
final class LocalServer<Q, R> implements BusServer<Q, R> {

    private final Supplier<String> name;
    private final Supplier<LocalOptions> options;
    private final Inbox<Q, R> inbox;
    private final ServedInbox<Q, R> served;

    LocalServer(Supplier<String> name, Supplier<LocalOptions> options, Inbox<Q, R> inbox, Threads threads) {
        this.name = name;
        this.options = options;
        this.inbox = inbox;
        this.served = new ServedInbox<>(
                name,
                BusLog.of(BusKind.LOCAL.label(), options.get().name()),
                () -> options.get().drainTimeout(),
                inbox,
                threads);
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

    @Override
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers) {
        return served.serve(handler, maxConcurrentHandlers);
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
        served.close();
    }

    @Override
    public String toString() {
        return "server of local bus " + name.get();
    }
}
