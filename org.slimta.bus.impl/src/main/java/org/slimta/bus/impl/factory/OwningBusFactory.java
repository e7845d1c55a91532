package org.slimta.bus.impl.factory;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
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
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusProxy;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.carrier.CarrierClient;
import org.slimta.bus.impl.carrier.CarrierServer;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.local.QueueBus;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.proxy.FilterChain;
import org.slimta.bus.impl.proxy.FilterProxy;
import org.slimta.bus.impl.socket.SocketClient;
import org.slimta.bus.impl.socket.SocketServer;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.whiteboard.ConfigurationCallback;
import org.slimta.bus.spi.CarriedClient;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.CarrierBusFactory;

/**
 * Opens buses and closes them together. As a service, each bundle that uses it has a factory of its own. Thread-safe.
 */
@Component(
        service = {BusFactory.class, CarrierBusFactory.class},
        scope = ServiceScope.BUNDLE)
public final class OwningBusFactory implements BusFactory, CarrierBusFactory, AutoCloseable {

    /** How long the thread of Configuration Admin waits for ports to be free. */
    private static final long STOP_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Codecs codecs;
    private final ProviderResources resources;
    private final Bundle bundle;
    private final OpenedBuses opened = new OpenedBuses();
    private boolean closed; // Guarded by this.

    /**
     * Creates the factory of a bundle.
     *
     * @param codecs the codecs, not null
     * @param resources the threads and sockets, not null
     * @param context names the bundle that uses the service, not null
     */
    @Activate
    public OwningBusFactory(
            @Reference Codecs codecs, @Reference ProviderResources resources, ComponentContext context) {
        this(codecs, resources, context.getUsingBundle());
    }

    /** Creates a factory of a bundle, or of none if the bundle is null. */
    OwningBusFactory(Codecs codecs, ProviderResources resources, Bundle bundle) {
        this.codecs = codecs;
        this.resources = resources;
        this.bundle = bundle;
    }

    /**
     * Creates a factory that belongs to no bundle.
     *
     * @param codecs the codecs, not null
     * @param resources the threads and sockets, not null
     * @return a new factory
     */
    public static OwningBusFactory withoutBundle(Codecs codecs, ProviderResources resources) {
        return new OwningBusFactory(codecs, resources, (Bundle) null);
    }

    private synchronized <T extends ManagedBus> T register(T bus) {
        if (closed) {
            bus.close();
            throw closed();
        }
        BusDTO report = new BusDTO();
        bus.report(report);
        bus.observeWith(
                resources.observers(), Map.of(BusConstants.BUS_NAME, report.name, BusConstants.BUS_KIND, report.kind));
        opened.add(bus);
        resources.buses().add(bus, null, bundle == null ? null : bundle.getSymbolicName());
        return bus;
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException(
                "this BusFactory is closed: its bundle was stopped, or has released the service");
    }

    @Override
    public <Q, R> LocalBus<Q, R> newLocal(LocalOptions options) {
        checkOpen();
        return register(new QueueBus<>(options, resources.threads()));
    }

    @Override
    public <Q, R> BusServer<Q, R> newServer(
            String host, int port, Class<Q> requestType, Class<R> responseType, ServerOptions options)
            throws BusException {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return register(SocketServer.open(
                Hosts.withoutBrackets(host),
                port,
                PayloadType.of(requestType),
                PayloadType.of(responseType),
                options,
                codecs,
                resources.network(),
                resources.threads()));
    }

    @Override
    public <Q, R> BusClient<Q, R> newClient(
            String host, int port, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return register(new SocketClient<>(
                Hosts.withoutBrackets(host),
                port,
                PayloadType.of(responseType),
                options,
                codecs,
                resources.network(),
                resources.threads()));
    }

    @Override
    public <Q, R> BusClient<Q, R> newClient(
            List<String> hosts, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        List<InetSocketAddress> servers = Hosts.parse(hosts, 0);
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return register(new SocketClient<>(
                servers, PayloadType.of(responseType), options, codecs, resources.network(), resources.threads()));
    }

    @Override
    public <Q, R> CarriedClient<Q, R> newClient(
            Carrier carrier, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        Objects.requireNonNull(carrier, "carrier");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return register(
                new CarrierClient<>(carrier, PayloadType.of(responseType), options, codecs, resources.threads()));
    }

    @Override
    public <Q, R> CarriedServer<Q, R> newServer(
            String address, Class<Q> requestType, Class<R> responseType, ServerOptions options) {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(requestType, "requestType");
        Objects.requireNonNull(responseType, "responseType");
        checkOpen();
        return register(new CarrierServer<>(
                address,
                PayloadType.of(requestType),
                PayloadType.of(responseType),
                options,
                codecs,
                resources.threads()));
    }

    @Override
    public <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(filter, "filter");
        checkOpen();
        return new FilterProxy<>(from, to, filter, observers(from, BusKind.PROXY));
    }

    @Override
    public <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options) {
        Objects.requireNonNull(from, "from");
        checkOpen();
        if (filters.isEmpty()) {
            return from;
        }
        return register(
                new FilterChain<>(from, List.copyOf(filters), () -> newLocal(options), observers(from, BusKind.CHAIN)));
    }

    /** {@return the observers of filters, which have no bus of their own but that which they receive from} */
    private BusObservers observers(BusServer<?, ?> from, BusKind kind) {
        return BusObservers.of(resources.observers(), from.name(), kind.label());
    }

    /** {@return how many buses are not completely closed} */
    int openedCount() {
        return opened.count();
    }

    /**
     * Closes all buses, and blocks until they have drained, also those that other threads are closing. If Configuration
     * Admin is waiting for this thread, because a component is removed whose bundle stays, it blocks only until the
     * ports are free, for at most two seconds, and the buses drain on another thread.
     */
    @Override
    @Deactivate
    public void close() {
        synchronized (this) {
            closed = true;
        }
        List<ManagedBus> all = opened.all();
        if (bundle != null && bundle.getState() == Bundle.ACTIVE && ConfigurationCallback.isRunning()) {
            resources.awaitOnClose(opened.closeAllAsync());
            opened.awaitStopped(System.nanoTime() + STOP_WAIT_NANOS);
        } else {
            opened.closeAll();
        }
        all.forEach(resources.buses()::remove);
    }
}
