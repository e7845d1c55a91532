package org.slimta.bus.nats;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.slimta.bus.impl.contract.BusContract;
import org.slimta.bus.nats.fixture.NatsNode;

/** The contract of buses over one node. */
class OneNodeContractTest extends BusContract {

    private static List<NatsNode> nodes = List.of();
    private static NatsKind.Connections connections;

    OneNodeContractTest() {
        super(new NatsKind(connections));
    }

    @BeforeAll
    static void start() {
        nodes = NatsNode.cluster(NatsKind.newFolder(), 1);
        connections = NatsKind.Connections.to(nodes);
    }

    @AfterAll
    static void stop() {
        if (connections != null) {
            connections.close();
        }
        nodes.forEach(NatsNode::close);
    }
}
