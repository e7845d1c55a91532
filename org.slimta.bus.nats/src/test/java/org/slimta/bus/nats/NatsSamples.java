package org.slimta.bus.nats;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The code of the page about NATS. */
final class NatsSamples {

    private NatsSamples() {}

    static List<String> send() throws BusException, InterruptedException {
        NatsOptions options = NatsOptions.builder()
                .servers(List.of("nats://n1:4222", "nats://n2:4222"))
                .build();
        try (StandaloneBusFactory buses = new StandaloneBusFactory(new TextCodec());
                NatsBusFactory nats = new NatsBusFactory(options, buses);
                BusClient<String, String> client =
                        nats.newClient("relay", String.class, String.class, ClientOptions.defaults())) {
            return client.sendRequest(List.of("hello")).recvResponse();
        }
    }
}
