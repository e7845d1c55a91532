package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;

/**
 * All connections between a client and a server that goes on are cut, ten times a second. The client asks the server
 * what became of its transactions, so nothing fails and nothing is processed twice.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class BrokenConnectionsTest {

    private static final int CUTS = Rounds.LONG ? 10 * Rounds.COUNT : 10;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String[] SMALL = {"largePercent=0", "mediumPercent=0"};

    /** With TLS it takes the second compiler to get large attachments through between two cuts. */
    private static final String FAST = "-XX:TieredStopAtLevel=4";

    private static final String[] LARGE = {"largePercent=5", "largeKiB=1024", "mediumPercent=30"};

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void smallTransactionsLoseNothing() throws Exception {
        assertNothingLost(cut(List.of(), SMALL));
    }

    @Test
    @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
    void smallTransactionsOverTlsLoseNothing() throws Exception {
        assertNothingLost(cut(List.of(FAST, ServerKey.make(scene.folder())), SMALL));
    }

    @Test
    @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
    void largeTransactionsLoseNothing() throws Exception {
        assertNothingLost(cut(List.of(), LARGE));
    }

    @Test
    void largeTransactionsOverTlsLoseNothing() throws Exception {
        assertNothingLost(cut(List.of(FAST, ServerKey.make(scene.folder())), LARGE));
    }

    @Test
    void aServerThatKeepsNoResponsesCannotBeAsked() throws Exception {
        assertFailuresAreUnknown(cut(List.of("responseRetention=0"), SMALL));
    }

    @Test
    @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
    void aServerThatKeepsNoResponsesCannotBeAskedOverTls() throws Exception {
        assertFailuresAreUnknown(cut(List.of("responseRetention=0", FAST, ServerKey.make(scene.folder())), LARGE));
    }

    private static void assertNothingLost(Audit audit) {
        audit.assertClean();
        assertEquals(List.of(), audit.failed());
    }

    private static void assertFailuresAreUnknown(Audit audit) {
        audit.assertClean();
        assertTrue(audit.count("cut", Reason.CLOSED) > 0, "what is in flight fails");
        assertTrue(audit.count(Reason.CLOSED, Outcome.UNKNOWN) > 0, "and nobody knows what became of it");
    }

    private Audit cut(List<String> options, String... sizes) throws Exception {
        ServerJvm server = scene.serverWithHeap("server", "1g", options.toArray(String[]::new));
        CutRelay relay = scene.add(new CutRelay(server.port()));
        ClientJvm client = scene.client(
                List.of(relay.target("cut", "server")),
                Stream.concat(options.stream(), Stream.of(sizes)).toArray(String[]::new));
        client.awaitNewResponses("cut", 300); // With the first response the client knows that the server can be asked.
        int cut = relay.cutAll(CUTS, PAUSE);
        client.awaitNewResponses("cut", 300);
        client.finish();
        server.awaitNothingLeft();
        Audit audit = new Audit(Duration.ofSeconds(10));
        if (options.contains("responseRetention=0")) {
            audit.allow("cut", Reason.CLOSED, Reason.CONNECT);
        }
        audit.read(client.journal(), server.journal());
        scene.report(cut + " connections cut, " + audit.summary());
        return audit;
    }
}
