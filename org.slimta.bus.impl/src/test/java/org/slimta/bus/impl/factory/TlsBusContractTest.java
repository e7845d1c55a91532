package org.slimta.bus.impl.factory;

import java.util.concurrent.ExecutorService;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;

/** A server and a client over connections with TLS. */
class TlsBusContractTest extends BusContract {

    TlsBusContractTest() {
        super(new StandaloneKind() {

            @Override
            public BusUnderTest open(BusSettings settings, ExecutorService threads) throws BusException {
                BusServer<String, String> server = factory.newServer(
                        "localhost",
                        0,
                        String.class,
                        String.class,
                        serverOptions(settings).tls(TestTls.server().build()).build());
                return new BusUnderTest(
                        server,
                        factory.newClient(
                                "localhost",
                                server.address().getPort(),
                                String.class,
                                String.class,
                                clientOptions(settings)
                                        .tls(TestTls.client().build())
                                        .build()),
                        true);
            }
        });
    }
}
