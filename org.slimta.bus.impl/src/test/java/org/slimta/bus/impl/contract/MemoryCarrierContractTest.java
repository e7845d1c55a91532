package org.slimta.bus.impl.contract;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.contract.BusUnderTest.Settings;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.spi.CarriedServer;

/** Over a carrier that is not part of the provider. */
class MemoryCarrierContractTest extends BusContract {

    private final ExecutorService there = Executors.newSingleThreadExecutor();
    private final ExecutorService back = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThreads() {
        there.shutdownNow();
        back.shutdownNow();
    }

    @Override
    BusUnderTest open(StandaloneBusFactory factory, Settings settings, ExecutorService threads) {
        CarriedServer<String, String> server = factory.newServer(
                "memory:test",
                String.class,
                String.class,
                ServerOptions.builder()
                        .queueSize(settings.queueSize())
                        .receiveTimeout(settings.receiveTimeout())
                        .drainTimeout(settings.drainTimeout())
                        .build());
        ClientOptions options = ClientOptions.builder()
                .sendTimeout(settings.sendTimeout())
                .responseTimeout(settings.responseTimeout())
                .build();
        return new BusUnderTest(
                server,
                factory.newClient(new MemoryCarrier(server, there, back), String.class, String.class, options),
                true);
    }
}
