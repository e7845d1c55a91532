package org.slimta.bus.impl.factory;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;

/** A server and a client over connections that are kept. */
class SocketBusContractTest extends BusContract {

    SocketBusContractTest() {
        super(new StandaloneKind() {

            @Override
            public BusUnderTest open(BusSettings settings, ExecutorService threads) throws BusException {
                BusServer<String, String> server = openServer(settings);
                return new BusUnderTest(server, openClient(settings, server), true);
            }
        });
    }
}
