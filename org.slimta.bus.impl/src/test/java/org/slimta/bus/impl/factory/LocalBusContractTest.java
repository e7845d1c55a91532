package org.slimta.bus.impl.factory;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;

/** A bus inside one JVM. */
class LocalBusContractTest extends BusContract {

    LocalBusContractTest() {
        super(new StandaloneKind() {

            @Override
            public BusUnderTest open(BusSettings settings, ExecutorService threads) {
                LocalBus<String, String> bus = openLocal(settings);
                return new BusUnderTest(bus.server(), bus.client(), true);
            }
        });
    }
}
