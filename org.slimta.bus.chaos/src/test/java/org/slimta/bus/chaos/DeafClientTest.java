package org.slimta.bus.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients that send and never read. The server must hold the responses that they do not read: for each connection 1
 * MiB, and the responses to the requests that were in the queue when that was reached.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class DeafClientTest {

    private static final String HEAP = System.getProperty("chaos.deaf.heap", "64m");
    private static final int CONNECTIONS = Integer.getInteger("chaos.deaf.connections", 16);
    private static final int RESPONSE_BYTES = Integer.getInteger("chaos.deaf.answer", 32 << 10);

    @RegisterExtension
    private final Scene scene = new Scene();

    @Test
    void otherClientsContinueAndTheDeafOnesAreClosed() throws Exception {
        ServerJvm server = scene.serverWithHeap("server", HEAP, "queueSize=16", "frameTimeout=1000", "longestWork=1");
        ClientJvm client = scene.client(List.of(server.target()), "window=8", "largePercent=0");
        client.awaitResponses("server", 100);
        for (int i = 0; i < (Rounds.LONG ? Rounds.COUNT : 1); i++) {
            List<DeafSocket> sockets = new ArrayList<>();
            for (int socket = 0; socket < CONNECTIONS; socket++) {
                sockets.add(scene.add(new DeafSocket(server.port(), RESPONSE_BYTES)));
            }
            client.awaitNewResponses("server", 100);
            Await.until(
                    "the deaf connections are closed",
                    Duration.ofSeconds(60),
                    () -> sockets.stream().allMatch(DeafSocket::isClosed));
            client.awaitNewResponses("server", 100);
        }
        client.finish();
        assertTrue(server.jvm().isAlive(), "the memory of the server was sufficient");
        server.awaitNothingLeft();
        Audit audit = new Audit(Duration.ofSeconds(10)).read(client.journal(), server.journal());
        scene.report(audit.summary());
        audit.assertClean();
    }
}
