package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Reason;

/** A server is killed under load and restarted on its port, repeatedly; another one continues. */
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
}
