package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A name in a list of servers has two addresses. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class SeveralAddressesTest {

    private static final int TRANSACTIONS = Rounds.LONG ? 1000 * Rounds.COUNT : 2000;

    /** The faster server gets more, and a process is slow when it has just been started. */
    private static final double MAX_DIFFERENCE = Rounds.LONG ? 0.05 : 0.15;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void theyShareTheLoad() throws Exception {
        ServerJvm first = scene.server("first");
        ServerJvm second = scene.server("second", "host=127.0.0.2", "port=" + first.port());
        ClientJvm client = client(first.port(), "127.0.0.1", "127.0.0.2");
        client.awaitResponses("both", TRANSACTIONS);
        client.finish();
        Audit audit = new Audit(Duration.ofSeconds(10)).read(client.journal(), first.journal(), second.journal());
        long atFirst = received(first);
        long atSecond = received(second);
        scene.report(atFirst + " at the first, " + atSecond + " at the second, " + audit.summary());
        audit.assertClean();
        assertEquals(0.5, (double) atFirst / (atFirst + atSecond), MAX_DIFFERENCE);
    }

    @Test
    void oneThatSwallowsPacketsGetsNothing() throws Exception {
        ServerJvm living = scene.server("living");
        scene.add(new SwallowedPort("127.0.0.3", living.port()));
        ClientJvm client = client(living.port(), "127.0.0.1", "127.0.0.3");
        client.awaitResponses("both", TRANSACTIONS);
        client.finish();
        Audit audit = new Audit(Duration.ofSeconds(10)).read(client.journal(), living.journal());
        scene.report(audit.summary());
        audit.assertClean();
        assertTrue(
                audit.longest().compareTo(CONNECT_TIMEOUT.dividedBy(4)) < 0,
                () -> "the longest took " + audit.longest());
    }

    private ClientJvm client(int port, String... addresses) throws IOException {
        Path hosts = scene.folder().resolve("hosts");
        Files.write(
                hosts,
                List.of(addresses).stream()
                        .map(address -> address + " several.test")
                        .toList());
        return scene.client(
                List.of(Target.anyOf("both", List.of("several.test:" + port))),
                "-Djdk.net.hosts.file=" + hosts,
                "connectTimeout=" + CONNECT_TIMEOUT.toMillis());
    }

    private static long received(ServerJvm server) throws IOException {
        return server.journal().events().stream()
                .filter(event -> event.kind() == Event.Kind.RECEIVED)
                .count();
    }
}
