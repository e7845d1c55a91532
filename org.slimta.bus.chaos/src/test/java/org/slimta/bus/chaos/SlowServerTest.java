package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Reason;

/**
 * Handlers take much longer than their clients can wait, in a JVM that could not hold all transactions that the clients
 * have in flight: about 16 MiB of requests, and as much of responses.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class SlowServerTest {

    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(2500);

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void overloadIsRefusedAndEndsAsSoonAsTheServerIsFastAgain() throws Exception {
        ServerJvm slow = scene.serverWithHeap("slow", "32m", "queueSize=8", "handlers=2");
        ClientJvm client = scene.client(
                List.of(slow.target()),
                "window=660",
                "maxInFlight=600",
                "threads=40",
                "sendTimeout=200",
                "responseTimeout=" + RESPONSE_TIMEOUT.toMillis(),
                "largePercent=0",
                "mediumPercent=90",
                "mediumKiB=60");
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            client.awaitNewResponses("slow", 50);
            slow.jvm().send("longestWork 2000");
            client.awaitFailures("slow", Reason.OVERLOADED, 50);
            client.awaitFailures("slow", Reason.TIMEOUT, 200);
            slow.jvm().send("longestWork 0");
            client.awaitNewResponses("slow", 200);
            client.awaitUndisturbed("slow", 500);
        }
        client.finish();
        slow.awaitNothingLeft();
        assertTrue(slow.jvm().isAlive(), "the memory of the server was sufficient");
        Audit audit = new Audit(RESPONSE_TIMEOUT)
                .allow("slow", Reason.OVERLOADED, Reason.TIMEOUT, Reason.EXPIRED)
                .read(client.journal(), slow.journal());
        scene.report(audit.summary());
        audit.assertClean();
        assertEquals(0, audit.count("slow", Reason.CLOSED));
    }
}
