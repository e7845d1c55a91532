package org.slimta.bus.itest;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/** Two Felix containers meet at a cluster of NATS nodes. */
public class NatsContainersIT {

    @Rule
    public final NatsNodes nodes = new NatsNodes(3);

    @Test
    public void everyBundleIsReplacedInBothContainersUnderLoad() throws Exception {
        try (ContainerProcess relay = FelixMain.start("felix-relay", bundles());
                ContainerProcess edge = FelixMain.start("felix-edge", bundles())) {
            new NatsContainers(nodes, relay, edge).run();
        }
    }

    private static Stream<Path> bundles() {
        return Stream.concat(
                Installed.products(), Stream.of(Path.of("target/webconsole/pax-logging-api.jar"), Installed.NATS));
    }
}
