package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/** One of three servers at a cluster is killed under load, and started again. Only what it had fails. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class NatsKilledServersTest {

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    @Test
    void onlyWhatAKilledServerHadFails() throws Exception {
        Random random = new Random(Rounds.seed());
        Kills kills = new Kills(Duration.ofSeconds(4));
        scene.startServers(3, "longestWork=20");
        scene.startClients(2);
        for (int i = 0; i < Rounds.COUNT; i++) {
            scene.awaitResponses(300);
            ServerJvm killed = scene.servers().get(random.nextInt(3));
            killed.awaitRequests(100);
            kills.kill(killed);
            for (ClientJvm client : scene.clients()) {
                client.awaitEndOfSent(NatsScene.TARGET);
            }
            scene.awaitResponses(300);
            killed.restart();
        }
        scene.awaitResponses(300);
        Audit audit = scene.finish(Duration.ofSeconds(3), Reason.CLOSED).assertClean();
        int closed = audit.count(NatsScene.TARGET, Reason.CLOSED);
        assertTrue(closed > 0, "what the servers had fails");
        assertEquals(closed, audit.count(Reason.CLOSED, Outcome.UNKNOWN), "outcomes");
        assertEquals(
                List.of(),
                audit.failed().stream().filter(each -> !kills.explain(each)).toList(),
                "failures of transactions that no killed server had");
    }

    @Test
    void aRollingRestartLosesNothing() throws Exception {
        scene.startServers(3, "longestWork=20");
        scene.startClients(2);
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            for (ServerJvm each : scene.servers()) {
                each.awaitRequests(100);
                each.closeAndRestart();
            }
        }
        scene.awaitResponses(300);
        Audit audit = scene.finish(Duration.ofSeconds(Rounds.LONG ? 1 : 5)).assertClean();
        assertEquals(List.of(), audit.failed());
    }
}
