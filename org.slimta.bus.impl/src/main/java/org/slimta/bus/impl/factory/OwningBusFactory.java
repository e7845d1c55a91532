package org.slimta.bus.impl.factory;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusProxy;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.local.QueueBus;
import org.slimta.bus.impl.proxy.FilterChain;
import org.slimta.bus.impl.proxy.FilterProxy;
import org.slimta.bus.impl.socket.SocketClient;
import org.slimta.bus.impl.socket.SocketServer;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.whiteboard.ConfigurationCallback;

/**
 * Opens buses and remembers them, so that they can be closed together. As a service there is one for each bundle that uses it.
 */
@Component(service = BusFactory.class, scope = ServiceScope.BUNDLE)
public final class OwningBusFactory implements BusFactory, AutoCloseable {

    private static final long STOPPING = TimeUnit.SECONDS.toNanos(2);

    private final Codecs codecs;
    private final ProviderResources engine;
    private final Bundle bundle;
    private final OpenedBuses opened = new OpenedBuses();
    private boolean closed;

    /**
     * A factory that has opened nothing yet.
     *
     * @param codecs the codecs
     * @param engine the threads and sockets
     * @param context tells whose it is
     */
    @Activate
    public OwningBusFactory(@Reference Codecs codecs, @Reference ProviderResources engine, ComponentContext context) {
        this(codecs, engine, context.getUsingBundle());
    }

    /** A factory of a bundle, or of nobody. */
    OwningBusFactory(Codecs codecs, ProviderResources engine, Bundle bundle) {
        this.codecs = codecs;
        this.engine = engine;
        this.bundle = bundle;
    }

    private synchronized <T extends ManagedBus> T keep(T bus) {
        if (closed) {
            bus.close();
            throw closed();
        }
        opened.add(bus);
        engine.buses().add(bus, null, bundle == null ? null : bundle.getSymbolicName());
        return bus;
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("this BusFactory is closed: its bundle was stopped, or let go of the service");
    }

    @Override
    public <Q, R> LocalBus<Q, R> newLocal(LocalOptions options) {
        checkOpen();
        return keep(new QueueBus<>(options, engine.threads()));
    }

    @Override
    public <Q, R> BusServer<Q, R> newServer(
            String host, int port, Class<Q> requestType, Class<R> responseType, ServerOptions options)
            throws BusException {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return keep(SocketServer.open(
                Hosts.withoutBrackets(host),
                port,
                PayloadType.of(requestType),
                PayloadType.of(responseType),
                options,
                codecs,
                engine.network(),
                engine.threads()));
    }

    @Override
    public <Q, R> BusClient<Q, R> newClient(
            String host, int port, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return keep(new SocketClient<>(
                Hosts.withoutBrackets(host),
                port,
                PayloadType.of(responseType),
                options,
                codecs,
                engine.network(),
                engine.threads()));
    }

    @Override
    public <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(filter, "filter");
        checkOpen();
        return new FilterProxy<>(from, to, filter);
    }

    @Override
    public <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options) {
        Objects.requireNonNull(from, "from");
        checkOpen();
        if (filters.isEmpty()) {
            return from;
        }
        return keep(new FilterChain<>(from, List.copyOf(filters), () -> newLocal(options)));
    }

    /** How many buses it still has to close. */
    int openedCount() {
        return opened.count();
    }

    /**
     * Closes all that was opened, and waits for it, and for what others are closing. If Configuration Admin waits, because a
     * component goes whose bundle stays, it waits until the ports are free; what was taken in comes to its end after that.
     */
    @Override
    @Deactivate
    public void close() {
        synchronized (this) {
            closed = true;
        }
        List<ManagedBus> all = opened.all();
        if (bundle != null && bundle.getState() == Bundle.ACTIVE && ConfigurationCallback.isRunning()) {
            engine.closing(opened.closeAllElsewhere());
            opened.awaitStopped(System.nanoTime() + STOPPING);
        } else {
            opened.closeAll();
        }
        all.forEach(engine.buses()::remove);
    }
}
