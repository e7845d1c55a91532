package org.slimta.bus.impl.contract;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** Over connections that are kept. */
class SocketBusContractTest extends BusContract {

    @Override
    BusUnderTest open(StandaloneBusFactory factory, Settings settings, ExecutorService threads) throws BusException {
        BusServer<String, String> server = openServer(factory, settings);
        return new BusUnderTest(server, openClient(factory, settings, server.address().getPort()), true);
    }

    static BusServer<String, String> openServer(StandaloneBusFactory factory, Settings settings) throws BusException {
        ServerOptions options = ServerOptions.builder()
                .queueSize(settings.queueSize())
                .receiveTimeout(settings.receiveTimeout())
                .drainTimeout(settings.drainTimeout())
                .build();
        return factory.newServer("127.0.0.1", 0, String.class, String.class, options);
    }

    static BusClient<String, String> openClient(StandaloneBusFactory factory, Settings settings, int port) {
        ClientOptions options = ClientOptions.builder()
                .sendTimeout(settings.sendTimeout())
                .responseTimeout(settings.responseTimeout())
                .build();
        return factory.newClient("127.0.0.1", port, String.class, String.class, options);
    }
}
