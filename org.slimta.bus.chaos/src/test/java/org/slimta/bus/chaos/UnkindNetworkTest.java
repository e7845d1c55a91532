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

/**
 * Some connections go through a relay that is unkind to them. Those to the same server that do not, and those to another, are
 * not harmed.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class UnkindNetworkTest {

    private static final int ENDS = Rounds.LONG ? 1000 * Rounds.COUNT : 600;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(4);

    @RegisterExtension
    private final Scene scene = new Scene();

    private final long seed = Rounds.seed();

    @Test
    void whatIsDelayedCutOffOrLostEndsInTimeAndNothingElseIsHarmed() throws Exception {
        Audit audit = run(
                new Audit(RESPONSE_TIMEOUT).allow("relayed", Reason.CLOSED, Reason.CONNECT, Reason.TIMEOUT),
                Mischief.NONE,
                Mischief.DELAY,
                Mischief.CUT,
                Mischief.RESET,
                Mischief.TRUNCATE,
                Mischief.SILENCE);
        assertTrue(audit.count("relayed", Reason.CLOSED) > 0, "what was under way fails");
    }

    /**
     * There is no checksum on the wire. So a response may be wrong, or another's, and only what the payload says of itself
     * tells; but each transaction ends once and in time, and nothing else is harmed.
     */
    @Test
    void changedBytesHarmOnlyWhatIsOnTheirConnection() throws Exception {
        run(new Audit(RESPONSE_TIMEOUT).changesBytes("relayed"), Mischief.NONE, Mischief.CORRUPT);
    }

    private Audit run(Audit audit, Mischief... choice) throws Exception {
        ServerJvm server = scene.server("server", "frameTimeout=2000");
        ServerJvm other = scene.server("other");
        UnkindRelay relay = scene.add(new UnkindRelay(server.port(), seed, choice));
        ClientJvm client = scene.client(
                List.of(relay.target("relayed", "server"), server.target(), other.target()),
                "responseTimeout=" + RESPONSE_TIMEOUT.toMillis(),
                "pingInterval=1000",
                "largePercent=3",
                "seed=" + seed);
        client.journal().awaitMore(
                ENDS + " ends through the relay", ENDS, Duration.ofMinutes(10), event -> event.is(Event.Kind.ENDED, "relayed"));
        client.awaitAnswers("relayed", 20);
        client.awaitNewAnswers("server", 20);
        client.finish();
        relay.close();
        server.rest();
        other.rest();
        audit.read(client.journal(), server.journal(), other.journal());
        scene.report("seed " + seed + ", connections " + relay.done() + "\n" + audit.figures());
        return audit.assertClean();
    }
}
