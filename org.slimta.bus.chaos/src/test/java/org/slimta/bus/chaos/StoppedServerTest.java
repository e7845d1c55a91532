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
 * A server stands still under load, as in a long pause of its JVM, and goes on; another one does not care. The stops are
 * times that the test is about: shorter than what the client minds, longer than its ping interval, longer than its patience.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class StoppedServerTest {

    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(2500);

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void aShortStopFailsNothing() throws Exception {
        stop(Duration.ofMillis(400), "pingInterval=2000", "responseTimeout=10000");
        assertEquals(0, audit(Duration.ofSeconds(10)).assertClean().count("stopped", Reason.CLOSED));
    }

    @Test
    void aStopLongerThanThePingIntervalIsNoticed() throws Exception {
        stop(Duration.ofMillis(5500), "pingInterval=800", "responseTimeout=10000");
        Audit audit = audit(Duration.ofSeconds(10), Reason.CLOSED).assertClean();
        assertTrue(audit.count("stopped", Reason.CLOSED) > 0, "its connections are given up");
    }

    @Test
    void aStopLongerThanTheResponseTimeoutEndsInTimeouts() throws Exception {
        stop(RESPONSE_TIMEOUT.plusMillis(500), "pingInterval=60000", "responseTimeout=" + RESPONSE_TIMEOUT.toMillis());
        // If it is stopped in the middle of a frame its connection is given up, with what was sent on it meanwhile.
        Audit audit = audit(RESPONSE_TIMEOUT, Reason.TIMEOUT, Reason.CLOSED).assertClean();
        assertTrue(audit.count("stopped", Reason.TIMEOUT) > 0, "nothing has come in time");
    }

    private ServerJvm stopped;
    private ServerJvm other;
    private ClientJvm client;

    private void stop(Duration time, String... options) throws Exception {
        stopped = scene.server("stopped");
        other = scene.server("other");
        client = scene.client(List.of(stopped.target(), other.target()), options);
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            client.awaitNewAnswers("stopped", 100);
            stopped.jvm().signal("STOP");
            Thread.sleep(time.toMillis());
            client.awaitAnswers("other", 1);
            stopped.jvm().signal("CONT");
            client.awaitNewAnswers("stopped", 100);
        }
        client.finish();
        stopped.rest();
        other.rest();
    }

    private Audit audit(Duration responseTimeout, Reason... allowed) throws Exception {
        Audit audit = new Audit(responseTimeout).allow("stopped", allowed)
                .read(client.journal(), stopped.journal(), other.journal());
        scene.report(audit.figures());
        return audit;
    }
}
