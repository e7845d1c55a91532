package org.slimta.bus.impl.factory;

import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.contract.BusFixture;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A kind of bus that is made of buses of one {@link StandaloneBusFactory}. */
abstract class StandaloneKind implements BusFixture {

    final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());

    final BusServer<String, String> openServer(BusSettings settings) throws BusException {
        return factory.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                serverOptions(settings).build());
    }

    static ServerOptions.Builder serverOptions(BusSettings settings) {
        return ServerOptions.builder()
                .name(settings.name())
                .queueSize(settings.queueSize())
                .receiveTimeout(settings.receiveTimeout())
                .drainTimeout(settings.drainTimeout());
    }

    /** A client that keeps its connections. */
    final BusClient<String, String> openClient(BusSettings settings, BusServer<?, ?> server) {
        return openClient(server, clientOptions(settings).build());
    }

    /** A client that has a connection for each transaction, as slimta's Lua nodes do. */
    final BusClient<String, String> openLuaClient(BusSettings settings, BusServer<?, ?> server) {
        return openClient(server, clientOptions(settings).poolSize(0).build());
    }

    static ClientOptions.Builder clientOptions(BusSettings settings) {
        return ClientOptions.builder()
                .name(settings.name())
                .sendTimeout(settings.sendTimeout())
                .responseTimeout(settings.responseTimeout());
    }

    private BusClient<String, String> openClient(BusServer<?, ?> server, ClientOptions options) {
        return factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class, options);
    }

    final LocalBus<String, String> openLocal(BusSettings settings) {
        return factory.newLocal(localOptions(settings));
    }

    static LocalOptions localOptions(BusSettings settings) {
        return LocalOptions.builder()
                .name(settings.name())
                .queueSize(settings.queueSize())
                .receiveTimeout(settings.receiveTimeout())
                .sendTimeout(settings.sendTimeout())
                .responseTimeout(settings.responseTimeout())
                .drainTimeout(settings.drainTimeout())
                .build();
    }

    @Override
    public void close() {
        factory.close();
    }
}
