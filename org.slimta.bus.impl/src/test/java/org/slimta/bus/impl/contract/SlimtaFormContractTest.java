package org.slimta.bus.impl.contract;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** A connection for each transaction, as slimta's Lua nodes do. */
class SlimtaFormContractTest extends BusContract {

    @Override
    BusUnderTest open(StandaloneBusFactory factory, Settings settings, ExecutorService threads) throws BusException {
        BusServer<String, String> server = SocketBusContractTest.openServer(factory, settings);
        ClientOptions options = ClientOptions.builder()
                .sendTimeout(settings.sendTimeout())
                .responseTimeout(settings.responseTimeout())
                .poolSize(0)
                .build();
        return new BusUnderTest(
                server,
                factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class, options),
                false);
    }
}
