package org.slimta.bus.itest;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/** Two Felix containers meet at a cluster of NATS nodes. */
public class NatsContainersIT {

    @Rule
    public final NatsNodes nodes = new NatsNodes(3);

    @BeforeClass
    public static void require() {
        NatsContainers.require();
    }

    @Test
    public void everyBundleIsReplacedInBothContainersUnderLoad() throws Exception {
        try (ContainerProcess relay = FelixMain.start("felix-relay", bundles());
                ContainerProcess edge = FelixMain.start("felix-edge", bundles())) {
            new NatsContainers(nodes, relay, edge).run();
        }
    }

    private static Stream<Path> bundles() {
        return Stream.concat(
                Stream.of(
                                "org.osgi.util.function",
                                "org.osgi.util.promise",
                                "org.osgi.service.component",
                                "org.apache.felix.scr",
                                "org.apache.felix.configadmin",
                                "grizzly-framework",
                                "stax2-api",
                                "woodstox-core",
                                "org.slimta.bus.api",
                                "org.slimta.bus.impl",
                                "org.slimta.bus.mail")
                        .map(Installed::path),
                Stream.of(
                        Path.of("target/webconsole/pax-logging-api.jar"),
                        Path.of("target/nats/org.slimta.bus.nats.jar")));
    }
}
