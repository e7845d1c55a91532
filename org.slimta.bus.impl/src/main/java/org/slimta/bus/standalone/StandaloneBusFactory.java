package org.slimta.bus.standalone;

import java.util.List;
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
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.factory.OwningBusFactory;
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.runtime.BusRuntimeService;
import org.slimta.bus.spi.CarriedClient;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.CarrierBusFactory;

/**
 * A factory that needs no OSGi framework: for programs on a plain class path, and for unit tests. It has its own
 * threads and sockets. Closing it closes the buses that it has opened, and blocks until they have drained. Thread-safe.
 *
 * <p>All threads of a factory and of its buses are daemon threads: they do not keep the JVM running. A {@code main}
 * method that returns ends the JVM even if servers are open, without draining them. A program that only serves waits
 * in its {@code main} method, for example until a shutdown hook has closed the factory.
 */
public final class StandaloneBusFactory implements BusFactory, CarrierBusFactory, AutoCloseable {

    private final CodecRegistry codecs = new CodecRegistry();
    private final ProviderResources resources = new ProviderResources();
    private final OwningBusFactory factory = OwningBusFactory.withoutBundle(codecs, resources);
    private final BusRuntimeService runtime = BusRuntimeService.withoutServices(resources, codecs);

    /**
     * Creates a factory with codecs. If several are for the same type, the first one is used.
     *
     * @param codecs the codecs, not null, without nulls; local buses need none
     */
    public StandaloneBusFactory(List<? extends XmlCodec<?>> codecs) {
        int id = 0;
        for (XmlCodec<?> codec : codecs) {
            this.codecs.add(new CodecRegistry.Rank(0, id++), null, codec);
        }
    }

    /**
     * Creates a factory with codecs. If several are for the same type, the first one is used.
     *
     * @param codecs the codecs, without nulls; local buses need none
     */
    public StandaloneBusFactory(XmlCodec<?>... codecs) {
        this(List.of(codecs));
    }

    @Override
    public <Q, R> LocalBus<Q, R> newLocal(LocalOptions options) {
        return factory.newLocal(options);
    }

    @Override
    public <Q, R> BusServer<Q, R> newServer(
            String host, int port, Class<Q> requestType, Class<R> responseType, ServerOptions options)
            throws BusException {
        return factory.newServer(host, port, requestType, responseType, options);
    }

    @Override
    public <Q, R> BusClient<Q, R> newClient(
            String host, int port, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        return factory.newClient(host, port, requestType, responseType, options);
    }

    @Override
    public <Q, R> BusClient<Q, R> newClient(
            List<String> hosts, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        return factory.newClient(hosts, requestType, responseType, options);
    }

    @Override
    public <Q, R> CarriedClient<Q, R> newClient(
            Carrier carrier, Class<Q> requestType, Class<R> responseType, ClientOptions options) {
        return factory.newClient(carrier, requestType, responseType, options);
    }

    @Override
    public <Q, R> CarriedServer<Q, R> newServer(
            String address, Class<Q> requestType, Class<R> responseType, ServerOptions options) {
        return factory.newServer(address, requestType, responseType, options);
    }

    @Override
    public <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter) {
        return factory.newProxy(from, to, filter);
    }

    @Override
    public <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options) {
        return factory.newChain(from, filters, options);
    }

    /**
     * Adds an observer of the transactions that begin from now on, on all buses of this factory.
     *
     * @param observer the observer, not null
     * @return removes the observer when it is run; the transactions that it already observes stay observed. Not null
     */
    public Runnable addObserver(TransactionObserver observer) {
        return resources.observers().add(observer);
    }

    /**
     * Reports the buses that this factory has opened, with their statistics, and its codecs. Also works after
     * {@link #close()}.
     *
     * @return always the same object, not null
     */
    public BusRuntime runtime() {
        return runtime;
    }

    /**
     * Closes the buses that this factory has opened, and then its threads and sockets. Blocks until the buses have
     * drained, each for at most its {@code drainTimeout}. Closing again waits for the first close.
     */
    @Override
    public void close() {
        factory.close();
        resources.close();
        runtime.close();
    }
}
