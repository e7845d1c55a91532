package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/** Servers are killed or closed under load and restarted on their ports, repeatedly; others continue. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class KilledServerTest {

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void transactionsInFlightFailAndTheOtherServerContinues() throws Exception {
        ServerJvm killed = scene.server("killed");
        ServerJvm other = scene.server("other");
        ClientJvm client = scene.client(List.of(killed.target(), other.target()));
        for (int i = 0; i < Rounds.COUNT; i++) {
            client.awaitNewResponses("killed", 300);
            killed.kill();
            client.awaitFailures("killed", 20);
            client.awaitResponses("other", 100);
            killed.restart();
        }
        client.awaitNewResponses("killed", 300);
        client.finish();
        killed.awaitNothingLeft();
        other.awaitNothingLeft();
        Audit audit = new Audit(Duration.ofSeconds(10))
                .allow("killed", Reason.CLOSED, Reason.CONNECT)
                .read(client.journal(), killed.journal(), other.journal());
        scene.report(audit.summary());
        audit.assertClean();
        assertTrue(audit.count("killed", Reason.CLOSED) > 0, "transactions in flight fail");
        assertTrue(audit.count("killed", Reason.CONNECT) > 0, "transactions sent while the server is down fail");
    }

    @Test
    void aClientOfThreeServersLosesOnlyWhatTheKilledOneHad() throws Exception {
        openThree();
        Kills kills = new Kills(Duration.ofSeconds(5));
        for (int i = 0; i < Rounds.COUNT; i++) {
            ServerJvm killed = servers.get(i % servers.size());
            for (ServerJvm each : servers) {
                each.awaitRequests(100); // The one that was killed before is used again.
            }
            kills.kill(killed);
            client.awaitFailures("all", 1);
            client.awaitNewResponses("all", 300);
            Rounds.pauseIfLong(Duration.ofMillis(500));
            killed.restart();
        }
        Audit audit = finishThree(Reason.CLOSED);
        assertTrue(audit.count("all", Reason.CLOSED) > 0, "transactions in flight fail");
        assertEquals(audit.count("all", Reason.CLOSED), audit.count(Reason.CLOSED, Outcome.UNKNOWN), "outcomes");
        assertEquals(
                List.of(),
                audit.failed().stream().filter(each -> !kills.explain(each)).toList(),
                "failures of transactions that no killed server had");
    }

    @Test
    void aRollingRestartLosesNothing() throws Exception {
        openThree();
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            for (ServerJvm each : servers) {
                each.awaitRequests(100);
                each.closeAndRestart();
            }
        }
        Audit audit = finishThree();
        assertEquals(List.of(), audit.failed());
    }

    /** What is under way does not wait for its response as long as it may: another server is there, which has none. */
    @Test
    void aServerThatIsReplacedHasNothingOfItsPredecessor() throws Exception {
        ServerJvm replaced = scene.server("replaced", "longestWork=0");
        client = scene.client(List.of(replaced.target()), "responseTimeout=60000");
        for (int i = 0; i < Rounds.COUNT; i++) {
            client.awaitNewResponses("replaced", 300);
            replaced.jvm().send("longestWork 100000");
            client.awaitInFlight(64);
            replaced.replace();
        }
        client.awaitNewResponses("replaced", 300);
        client.finish();
        replaced.awaitNothingLeft();
        Audit audit = new Audit(Duration.ofSeconds(10))
                .allow("replaced", Reason.CLOSED, Reason.CONNECT)
                .read(client.journal(), replaced.journal());
        scene.report(audit.summary());
        audit.assertClean();
        assertEquals(audit.count("replaced", Reason.CLOSED), audit.count(Reason.CLOSED, Outcome.UNKNOWN), "outcomes");
        assertTrue(audit.count("replaced", Reason.CLOSED) >= 8 * Rounds.COUNT, "what handlers had fails");
    }

    private final List<ServerJvm> servers = new ArrayList<>();
    private ClientJvm client;

    private void openThree() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            servers.add(scene.server(name));
        }
        client = scene.client(List.of(
                Target.anyOf("all", servers.stream().map(ServerJvm::host).toList())));
    }

    private Audit finishThree(Reason... allowed) throws Exception {
        client.awaitNewResponses("all", 300);
        client.finish();
        Audit audit = new Audit(Duration.ofSeconds(10)).allow("all", allowed);
        List<JournalReader> journals = new ArrayList<>(List.of(client.journal()));
        for (ServerJvm server : servers) {
            server.awaitNothingLeft();
            journals.add(server.journal());
        }
        audit.read(journals.toArray(JournalReader[]::new));
        scene.report(audit.summary());
        return audit.assertClean();
    }
}
