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
 * A server is stopped under load, as by a long pause of its JVM, and continues; another one is not affected. The tests
 * are about the length of the stop: shorter than any limit of the client, longer than its ping interval, and longer
 * than its response timeout.
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
        // Its connections are given up, and it is asked over others when it goes on.
        assertEquals(List.of(), audit(Duration.ofSeconds(10)).assertClean().failed());
    }

    @Test
    void aStopLongerThanTheResponseTimeoutEndsInTimeouts() throws Exception {
        stop(RESPONSE_TIMEOUT.plusMillis(500), "pingInterval=60000", "responseTimeout=" + RESPONSE_TIMEOUT.toMillis());
        // If the server is stopped in the middle of a frame, its connection is closed, with all transactions on it.
        Audit audit = audit(RESPONSE_TIMEOUT, Reason.TIMEOUT, Reason.CLOSED).assertClean();
        assertTrue(audit.count("stopped", Reason.TIMEOUT) > 0, "transactions time out");
    }

    private ServerJvm stopped;
    private ServerJvm other;
    private ClientJvm client;

    private void stop(Duration time, String... options) throws Exception {
        stopped = scene.server("stopped");
        other = scene.server("other");
        client = scene.client(List.of(stopped.target(), other.target()), options);
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            client.awaitNewResponses("stopped", 100);
            stopped.jvm().signal("STOP");
            Thread.sleep(time.toMillis());
            client.awaitResponses("other", 1);
            stopped.jvm().signal("CONT");
            client.awaitEndOfSent("stopped"); // A transaction must not meet two stops.
            client.awaitNewResponses("stopped", 100);
        }
        client.finish();
        stopped.awaitNothingLeft();
        other.awaitNothingLeft();
    }

    private Audit audit(Duration responseTimeout, Reason... allowed) throws Exception {
        Audit audit = new Audit(responseTimeout)
                .allow("stopped", allowed)
                .read(client.journal(), stopped.journal(), other.journal());
        scene.report(audit.summary());
        return audit;
    }
}
