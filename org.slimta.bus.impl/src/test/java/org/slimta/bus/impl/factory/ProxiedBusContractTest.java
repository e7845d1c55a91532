package org.slimta.bus.impl.factory;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;

/** A local bus, a proxy, and a socket bus. */
class ProxiedBusContractTest extends BusContract {

    ProxiedBusContractTest() {
        super(new StandaloneKind() {

            @Override
            public BusUnderTest open(BusSettings settings, ExecutorService threads) throws BusException {
                LocalBus<String, String> near = openLocal(settings);
                BusServer<String, String> far = openServer(settings);
                threads.execute(factory.newProxy(near.server(), openClient(settings, far)));
                return new BusUnderTest(far, near.client(), true);
            }
        });
    }
}
