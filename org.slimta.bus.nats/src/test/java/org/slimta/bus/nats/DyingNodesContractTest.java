package org.slimta.bus.nats;

import java.util.List;
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
    private static Thread killer;

    DyingNodesContractTest() {
        super(new NatsKind(connections));
    }

    @BeforeAll
    static void start() {
        nodes = NatsNode.cluster(NatsKind.newFolder(), 3);
        connections = NatsKind.Connections.to(nodes);
        killer = new Thread(DyingNodesContractTest::kill, "killer");
        killer.start();
    }

    private static void kill() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                NatsNode node = nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
                node.kill();
                node.start();
            }
        } catch (InterruptedException e) {
            // The tests have ended.
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (killer != null) {
            killer.interrupt();
            killer.join();
        }
        if (connections != null) {
            connections.close();
        }
        nodes.forEach(NatsNode::close);
    }
}
