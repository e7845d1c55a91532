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
 * Some connections pass a relay that injects faults. Direct connections to the same server, and those to another one,
 * are not affected.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class UnkindNetworkTest {

    private static final int TRANSACTIONS = Rounds.LONG ? 1000 * Rounds.COUNT : 600;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(4);

    @RegisterExtension
    private final Scene scene = new Scene();

    private final long seed = Rounds.seed();

    @Test
    void transactionsOverFaultyConnectionsEndInTimeAndOthersAreNotAffected() throws Exception {
        Audit audit = run(
                new Audit(RESPONSE_TIMEOUT).allow("relayed", Reason.CLOSED, Reason.CONNECT, Reason.TIMEOUT),
                Fault.NONE,
                Fault.DELAY,
                Fault.CUT,
                Fault.RESET,
                Fault.TRUNCATE,
                Fault.SILENCE);
        int closed = audit.count("relayed", Reason.CLOSED);
        assertTrue(closed < TRANSACTIONS / 10, closed + " CLOSED, although the server could be asked");
    }

    /**
     * There is no checksum on the wire. So a response may be changed, or that of another request, and only its payload
     * shows it; but each transaction ends once and in time, and others are not affected.
     */
    @Test
    void changedBytesAffectOnlyTheirConnection() throws Exception {
        run(new Audit(RESPONSE_TIMEOUT).changesBytes("relayed"), Fault.NONE, Fault.CORRUPT);
    }

    private Audit run(Audit audit, Fault... faults) throws Exception {
        ServerJvm server = scene.server("server", "frameTimeout=2000");
        ServerJvm other = scene.server("other");
        FaultRelay relay = scene.add(new FaultRelay(server.port(), seed, faults));
        ClientJvm client = scene.client(
                List.of(relay.target("relayed", "server"), server.target(), other.target()),
                "responseTimeout=" + RESPONSE_TIMEOUT.toMillis(),
                "pingInterval=1000",
                "largePercent=3",
                "seed=" + seed);
        client.journal()
                .awaitMore(
                        TRANSACTIONS + " transactions through the relay",
                        TRANSACTIONS,
                        Duration.ofMinutes(10),
                        event -> event.is(Event.Kind.ENDED, "relayed"));
        client.awaitResponses("relayed", 20);
        client.awaitNewResponses("server", 20);
        client.finish();
        relay.close();
        server.awaitNothingLeft();
        other.awaitNothingLeft();
        audit.read(client.journal(), server.journal(), other.journal());
        scene.report("seed " + seed + ", connections " + relay.counts() + "\n" + audit.summary());
        return audit.assertClean();
    }
}
