package org.slimta.bus.impl.factory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;
import org.slimta.bus.spi.CarriedServer;

/** A server and a client over a carrier that is not part of the provider. */
class MemoryCarrierContractTest extends BusContract {

    MemoryCarrierContractTest() {
        super(new MemoryKind());
    }

    private static final class MemoryKind extends StandaloneKind {

        private final ExecutorService there = Executors.newSingleThreadExecutor();
        private final ExecutorService back = Executors.newSingleThreadExecutor();

        @Override
        public BusUnderTest open(BusSettings settings, ExecutorService threads) {
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

        @Override
        public void close() {
            super.close();
            there.shutdownNow();
            back.shutdownNow();
        }
    }
}
