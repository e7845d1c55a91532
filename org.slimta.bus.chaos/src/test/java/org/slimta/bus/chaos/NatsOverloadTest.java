package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/** Clients send four times as much as two servers can do, which do as much as they can, and nothing in vain. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class NatsOverloadTest {

    private static final int HANDLERS = 8; // Of each server. Each works for 50 ms on average.
    private static final int PER_SECOND = 2 * HANDLERS * 1000 / 50;
    private static final Duration TIME = Duration.ofSeconds(Rounds.LONG ? 60 : 6);

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    @Test
    void serversDoWhatTheyCanAndNothingInVain() throws Exception {
        scene.startServers(2, "longestWork=100", "handlers=" + HANDLERS, "queueSize=16");
        scene.startClients(
                2,
                "perSecond=" + 4 * PER_SECOND / 2,
                "threads=1",
                "window=4000",
                "maxInFlight=4000",
                "sendTimeout=500",
                "largePercent=0",
                "mediumPercent=0");
        scene.awaitResponses(100);
        for (ClientJvm client : scene.clients()) {
            client.awaitFailures(NatsScene.TARGET, Reason.OVERLOADED, 1);
        }
        long begin = System.nanoTime();
        Thread.sleep(TIME.toMillis());
        Audit audit = scene.finish(Duration.ofSeconds(Rounds.LONG ? 1 : 5), Reason.OVERLOADED);
        Answers answers = Answers.of(NatsScene.TARGET, scene.clients());
        double busy = busyPart(begin, begin + TIME.toNanos());
        String figures = answers.count(begin, TIME) + " are done in " + TIME.toSeconds()
                + " s; the handlers are busy for " + Math.round(100 * busy) + " % of the time";
        scene.report(figures);
        audit.assertClean();
        assertTrue(busy >= 0.9, figures);
        int overloaded = audit.count(NatsScene.TARGET, Reason.OVERLOADED);
        assertTrue(overloaded > 2 * answers.count(), overloaded + " are refused");
        assertEquals(overloaded, audit.count(Reason.OVERLOADED, Outcome.NOT_PROCESSED), "outcomes");
        assertEquals(answers.count(), audit.received(), "what was processed");
    }

    /** For which part of some time the handlers of all servers had a request. Counting requests would count a busy machine. */
    private double busyPart(long from, long to) throws IOException {
        long nanos = 0;
        for (ServerJvm server : scene.servers()) {
            Map<Long, Long> received = new HashMap<>();
            for (Event event : server.journal().events()) {
                if (event.kind() == Event.Kind.RECEIVED) {
                    received.put(event.number(), event.time());
                } else if (event.kind() == Event.Kind.ANSWERING) {
                    long begun = Math.max(from, received.remove(event.number()));
                    nanos += Math.max(0, Math.min(to, event.time()) - begun);
                }
            }
        }
        return (double) nanos / (to - from) / HANDLERS / scene.servers().size();
    }
}
