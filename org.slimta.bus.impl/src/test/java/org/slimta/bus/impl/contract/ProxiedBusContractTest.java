package org.slimta.bus.impl.contract;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** A local bus, a proxy, and a socket bus. */
class ProxiedBusContractTest extends BusContract {

    @Override
    BusUnderTest open(StandaloneBusFactory factory, Settings settings, ExecutorService threads) throws BusException {
        LocalBus<String, String> near = LocalBusContractTest.openLocal(factory, settings);
        BusServer<String, String> far = SocketBusContractTest.openServer(factory, settings);
        threads.execute(factory.newProxy(
                near.server(),
                SocketBusContractTest.openClient(factory, settings, far.address().getPort())));
        return new BusUnderTest(far, near.client(), true);
    }
}
