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

/** Handlers take much longer than their clients can wait, in a JVM that could not hold what is sent to it. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class SlowServerTest {

    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(1500);

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void whatIsTooMuchIsPutOffInOrderAndAllIsWellAsSoonAsItIsNotSlow() throws Exception {
        ServerJvm slow = scene.serverWithHeap("slow", "40m", "queueSize=8", "handlers=2");
        ClientJvm client = scene.client(
                List.of(slow.target()),
                "window=256",
                "maxInFlight=192",
                "threads=80",
                "sendTimeout=200",
                "responseTimeout=" + RESPONSE_TIMEOUT.toMillis(),
                "largePercent=30");
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            client.awaitNewAnswers("slow", 50);
            slow.jvm().tell("longestWork 2000");
            client.awaitEnds("slow", Reason.OVERLOADED, 50);
            client.awaitEnds("slow", Reason.TIMEOUT, 200);
            slow.jvm().tell("longestWork 0");
            client.awaitNewAnswers("slow", 200);
            client.awaitUndisturbed("slow", 500);
        }
        client.finish();
        slow.rest();
        assertTrue(slow.jvm().isAlive(), "its memory was enough");
        Audit audit = new Audit(RESPONSE_TIMEOUT)
                .allow("slow", Reason.OVERLOADED, Reason.TIMEOUT, Reason.EXPIRED)
                .read(client.journal(), slow.journal());
        scene.report(audit.figures());
        audit.assertClean();
        assertEquals(0, audit.count("slow", Reason.CLOSED));
    }
}
