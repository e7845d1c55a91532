package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers at a cluster can keep hardly any responses, and many requests are large, so that others overtake them. Nothing is disturbed. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class NatsLittleMemoryTest {

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    @Test
    void whatServersForgetDoesNotStopWhatIsUnderWay() throws Exception {
        scene.startServers(2, "memoryMiB=4");
        scene.startClients(2, "largePercent=10", "largeKiB=1024", "responseTimeout=30000");
        scene.awaitResponses(Rounds.LONG ? 5000 : 500);
        Audit audit = scene.finish(Duration.ofSeconds(30)).assertClean();
        assertEquals(List.of(), audit.failed());
    }
}
