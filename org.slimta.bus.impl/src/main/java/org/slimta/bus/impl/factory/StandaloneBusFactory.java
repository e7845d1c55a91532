package org.slimta.bus.impl.factory;

import java.util.List;
import org.osgi.framework.Bundle;
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
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;

/**
 * The factory without a container: for unit tests, and for programs on a plain class path. It has threads and sockets of its
 * own. Closing it closes everything that it opened, and them.
 */
public final class StandaloneBusFactory implements BusFactory, AutoCloseable {

    private final CodecRegistry codecs = new CodecRegistry();
    private final ProviderResources engine = new ProviderResources();
    private final OwningBusFactory factory = new OwningBusFactory(codecs, engine, (Bundle) null);

    /**
     * A factory with codecs. Of several for one type the first serves.
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
     * A factory with codecs. Of several for one type the first serves.
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
    public <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter) {
        return factory.newProxy(from, to, filter);
    }

    @Override
    public <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options) {
        return factory.newChain(from, filters, options);
    }

    @Override
    public void close() {
        factory.close();
        engine.close();
    }
}
