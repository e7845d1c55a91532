package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.nats.fixture.NatsNode;

/** Nodes of a cluster are killed, or shut down as planned, under load, and started again. No transaction fails. */
@EnabledOnOs(OS.LINUX)
@Timeout(1800)
class NatsKilledNodesTest {

    private static final Duration MOST_TIME =
            Duration.ofSeconds(Rounds.LONG ? 1 : 5); // And the slack of the audit, 2 s.

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    @Test
    void killedNodesLoseNothing() throws Exception {
        Random random = new Random(Rounds.seed());
        scene.startServers(2);
        scene.startClients(3, "largePercent=1", "largeKiB=1024", "mediumPercent=1");
        for (int i = 0; i < Rounds.COUNT; i++) {
            NatsNode node = scene.nodes().get(random.nextInt(3));
            scene.awaitResponses(Rounds.LONG ? 12_000 : 300);
            node.kill();
            scene.awaitResponses(Rounds.LONG ? 5_000 : 300);
            node.start();
        }
        assertNothingFails();
    }

    @Test
    void nodesThatAreShutDownAsPlannedLoseNothing() throws Exception {
        scene.startServers(2);
        scene.startClients(3);
        int count = Rounds.LONG ? Rounds.COUNT / 2 : 1;
        for (int i = 0; i < count; i++) {
            scene.awaitResponses(1000);
            NatsNode node = scene.nodes().get(i % 3);
            node.leave();
            scene.awaitResponses(1000);
            node.start();
        }
        assertNothingFails();
    }

    private void assertNothingFails() throws Exception {
        scene.awaitResponses(300);
        Audit audit = scene.finish(MOST_TIME).assertClean();
        assertEquals(List.of(), audit.failed());
    }
}
