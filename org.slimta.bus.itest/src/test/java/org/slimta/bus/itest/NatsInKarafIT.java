package org.slimta.bus.itest;

import org.junit.Rule;
import org.junit.Test;

/** Two Karafs meet at a cluster of NATS nodes. */
public class NatsInKarafIT {

    @Rule
    public final NatsNodes nodes = new NatsNodes(3);

    @Test
    public void everyBundleIsReplacedInBothContainersUnderLoad() throws Exception {
        try (ContainerProcess relay = KarafProcess.start("relay", "slimta-bus-mail", "slimta-bus-nats");
                ContainerProcess edge = KarafProcess.start("edge", "slimta-bus-mail", "slimta-bus-nats")) {
            new NatsContainers(nodes, relay, edge).run();
        }
    }
}
