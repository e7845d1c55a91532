package org.slimta.bus.nats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.nats.fixture.NatsNode;

/** The contract of buses holds while one node after the other is killed and started again. Not in every build: docs/chaos.md. */
@EnabledIfSystemProperty(named = "nats.dying", matches = "true")
class DyingNodesContractTest extends BusContract {

    private static final long PAUSE_MILLIS = 2000;

    private static List<NatsNode> nodes = List.of();
    private static NatsKind.Connections connections;
    private static ScheduledExecutorService killer;

    DyingNodesContractTest() {
        super(new NatsKind(connections));
    }

    @BeforeAll
    static void start() {
        nodes = NatsNode.cluster(NatsKind.newFolder(), 3);
        connections = NatsKind.Connections.to(nodes);
        killer = Executors.newSingleThreadScheduledExecutor();
        killer.scheduleWithFixedDelay(DyingNodesContractTest::kill, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void kill() {
        NatsNode node = nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
        node.kill();
        node.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (killer != null) {
            killer.shutdown(); // A node that is being started is waited for.
            assertTrue(killer.awaitTermination(1, TimeUnit.MINUTES));
        }
        if (connections != null) {
            connections.close();
        }
        nodes.forEach(NatsNode::close);
    }
}
