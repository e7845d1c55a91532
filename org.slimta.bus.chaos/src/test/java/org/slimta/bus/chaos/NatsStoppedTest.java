package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.slimta.bus.nats.fixture.NatsNode;

/**
 * A server or a node at a cluster is stopped under load, and continues. After some seconds the others do the work.
 *
 * <p>Handlers wait most of the time, so that the rate is not that of the processors, which other work may need.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(1800)
class NatsStoppedTest {

    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration STOP = Duration.ofSeconds(Rounds.LONG ? 15 : 10);
    private static final Duration STEP = Duration.ofSeconds(Rounds.LONG ? 1 : 3);
    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final int COUNT = Rounds.LONG ? Rounds.COUNT / 2 : 1;

    @RegisterExtension
    private final NatsScene scene = new NatsScene();

    private final List<Long> stops = new ArrayList<>();

    private interface Signal {

        void send(int round, String name) throws Exception;
    }

    @Test
    void theOtherServerDoesTheWorkOfAStoppedOne() throws Exception {
        run((round, name) -> scene.servers().get(round % 2).jvm().signal(name));
    }

    @Test
    void theOtherNodesDoTheWorkOfAStoppedOne() throws Exception {
        run((round, name) -> node(round).signal(name));
    }

    private NatsNode node(int round) {
        return scene.nodes().get(round % 3);
    }

    private void run(Signal signal) throws Exception {
        scene.spread();
        scene.startServers(2, "longestWork=100", "handlers=128");
        scene.startClients(3, "window=32");
        for (int i = 0; i < COUNT; i++) {
            scene.awaitResponses(500);
            Thread.sleep(BEFORE.toMillis());
            stops.add(System.nanoTime());
            signal.send(i, "STOP");
            Thread.sleep(STOP.toMillis());
            signal.send(i, "CONT");
            for (ClientJvm client : scene.clients()) {
                client.awaitEndOfSent(NatsScene.TARGET); // A transaction must not meet two stops.
            }
        }
        scene.awaitResponses(500);
        Audit audit = scene.finish(Duration.ofSeconds(4), Reason.CLOSED);
        List<String> slow = slowTimes();
        audit.assertClean();
        assertEquals(
                audit.count(NatsScene.TARGET, Reason.CLOSED), audit.count(Reason.CLOSED, Outcome.UNKNOWN), "outcomes");
        assertEquals(List.of(), slow, "less than half of the rate before");
    }

    private List<String> slowTimes() throws Exception {
        Answers answers = Answers.of(NatsScene.TARGET, scene.clients());
        List<String> slow = new ArrayList<>();
        StringBuilder figures = new StringBuilder();
        for (long stop : stops) {
            long before = answers.count(stop - BEFORE.toNanos(), BEFORE) * STEP.toSeconds() / BEFORE.toSeconds();
            figures.append(before).append(" before:");
            for (Duration from = Duration.ZERO;
                    from.compareTo(STOP.minus(STEP)) <= 0;
                    from = from.plus(Duration.ofSeconds(1))) {
                int count = answers.count(stop + from.toNanos(), STEP);
                figures.append(' ').append(count);
                if (from.compareTo(GRACE) >= 0 && count < before / 2) {
                    slow.add(count + " from second " + from.toSeconds() + " on, " + before + " before");
                }
            }
            figures.append('\n');
        }
        scene.report(figures.toString());
        return slow;
    }
}
