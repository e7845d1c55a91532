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
import org.slimta.bus.nats.fixture.NatsNode;

/** Large requests and responses through nodes that are killed, in small JVMs, and small ones between the same processes. */
@EnabledOnOs(OS.LINUX)
@Timeout(1800)
class NatsLargeTest {

    private static final int MIB = Rounds.LONG ? 64 : 16;
    private static final int BEFORE_KILLS = Rounds.LONG ? 50 : 2;
    private static final int KILLS = Rounds.LONG ? 6 : 1;
    private static final int BETWEEN_KILLS = Rounds.LONG ? 8 : 1;

    /** The short form is also run where other work has the processors for some time. */
    private static final Duration MOST_TIME = Duration.ofMillis(Rounds.LONG ? 20 : 1000);

    /** What a JVM has by itself on a server. The other collector stops a JVM for up to 100 ms while such frames come and go. */
    private static final String COLLECTOR = "-XX:+UseG1GC";

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    @Test
    void largeFramesSurviveKilledNodesAndDoNotHoldUpSmallOnes() throws Exception {
        Random random = new Random(Rounds.seed());
        scene.startServers(1, COLLECTOR, "memoryMiB=192", "longestWork=0");
        scene.startClient(
                "256m",
                List.of("large", "small"),
                COLLECTOR,
                "responseTimeout=60000",
                "memoryMiB=192",
                "large.exactMiB=" + MIB,
                "large.window=1",
                "large.threads=1",
                "small.perSecond=200",
                "small.threads=1",
                "small.largePercent=0",
                "small.mediumPercent=0");
        ClientJvm client = scene.clients().get(0);
        client.awaitNewResponses("large", 1);
        long begin = System.nanoTime();
        awaitLarge(client, BEFORE_KILLS);
        long end = System.nanoTime();
        for (int i = 0; i < KILLS; i++) {
            NatsNode node = scene.nodes().get(i % 3);
            client.awaitResponses("small", random.nextInt(1, 100)); // A large one is under way meanwhile.
            node.kill();
            client.awaitNewResponses("large", 1);
            node.start();
            awaitLarge(client, BETWEEN_KILLS);
        }
        Audit audit = scene.finish(Duration.ofSeconds(60)).assertClean();
        assertEquals(List.of(), audit.failed());
        Answers small = Answers.of("small", scene.clients(), begin, end);
        Answers large = Answers.of("large", scene.clients());
        String figures = small.count() + " small ones, 99 % within "
                + small.within(0.99).toMillis() + " ms, half of them within "
                + small.within(0.5).toNanos() / 1000 + " us; " + large.count() + " large ones, half of them within "
                + large.within(0.5).toMillis() + " ms, all within "
                + large.within(1).toMillis() + " ms";
        scene.report(figures);
        assertTrue(small.within(0.99).compareTo(MOST_TIME) < 0, figures);
    }

    private static void awaitLarge(ClientJvm client, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            client.awaitResponses("large", 1);
        }
    }
}
