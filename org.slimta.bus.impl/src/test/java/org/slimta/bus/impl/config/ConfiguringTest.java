package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.RequestHandler;

/**
 * Configuration Admin has one thread for the configurations of all bundles. The thread of these tests takes its
 * place: it is blocked neither by transactions of a bus nor while a bus opens.
 */
@Timeout(120)
class ConfiguringTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final RequestHandler<String, String> slow = received -> {
        begun.countDown();
        mayEnd.await();
        return CompletableFuture.completedFuture(List.of("finished"));
    };
    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        mayEnd.countDown();
        container.close();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private ClientTransaction<String> begin(BusClient<String, String> client) throws Exception {
        ClientTransaction<String> sent = client.sendRequest(List.of("x"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        return sent;
    }

    @Test
    void aServerThatChangesItsPortDrainsOnAnotherThread() throws Exception {
        String server = container.server("moves", "drainTimeout", "20s");
        container.handler(slow, "moves");
        ClientTransaction<String> sent = begin(container.clientOf("moves"));
        int before = container.port("moves");
        container.modify(server, "moves", "port", freePort(), "drainTimeout", "20s");
        assertFalse(sent.response().toCompletableFuture().isDone(), "the transaction does not block this thread");
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
        Container.await("the server listens on the other port", () -> container.port("moves") != before);
    }

    @Test
    void aServerWhoseConfigurationIsDeletedDrainsOnAnotherThread() throws Exception {
        String server = container.server("deleted", "drainTimeout", "20s");
        container.handler(slow, "deleted");
        ClientTransaction<String> sent = begin(container.clientOf("deleted"));
        container.delete(server);
        assertFalse(sent.response().toCompletableFuture().isDone(), "the transaction does not block this thread");
        Container.await(
                "its services are unregistered",
                () -> container.references(BusServer.class, "deleted").isEmpty());
        assertEquals("closing", container.bus("deleted").state);
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
        Container.await("the bus is closed", () -> container.bus("deleted") == null);
    }

    @Test
    void aClientWhoseConfigurationIsDeletedDrainsOnAnotherThread() throws Exception {
        container.server("stays");
        container.handler(slow, "stays");
        String client =
                container.client("goes", "host", "127.0.0.1", "port", container.port("stays"), "drainTimeout", "20s");
        BusClient<String, String> goes = container.service(BusClient.class, "goes");
        ClientTransaction<String> sent = begin(goes);
        container.delete(client);
        assertFalse(sent.response().toCompletableFuture().isDone(), "the transaction does not block this thread");
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
    }

    @Test
    void requestsOfAProxyToALocalBusThatClosesWaitForTheNextOne() throws Exception {
        container.local("in");
        String out = container.local("out", "drainTimeout", "20s");
        container.proxy("edge", "in", "out");
        container.handler(slow, "out");
        BusClient<String, String> client = container.service(BusClient.class, "in");
        ClientTransaction<String> sent = begin(client);
        container.delete(out);
        Container.await(
                "its services are unregistered",
                () -> container.references(BusClient.class, "out").isEmpty());
        ClientTransaction<String> next = client.sendRequest(List.of("y"));
        container.local("out");
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
        assertEquals(List.of("finished"), next.recvResponse());
    }

    @Test
    void aDrainingBusDoesNotDelayAnother() throws Exception {
        String draining = container.server("drains", "drainTimeout", "20s");
        container.handler(slow, "drains");
        ClientTransaction<String> sent = begin(container.clientOf("drains"));
        container.delete(draining);
        container.server("opens");
        container.handler(received -> CompletableFuture.completedFuture(List.of("quick")), "opens");
        assertEquals("quick", Container.ask(container.clientOf("opens"), "x"));
        assertFalse(sent.response().toCompletableFuture().isDone());
    }

    @Test
    void allBusesAreClosedWhenTheProviderStops() throws Exception {
        int port = freePort();
        String server = container.server("stops", "port", port, "drainTimeout", "20s");
        container.handler(slow, "stops");
        ClientTransaction<String> sent = begin(container.clientOf("stops"));
        container.delete(server);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(container.context::close);
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse(), "accepted requests are answered first");
        stopped.get(30, TimeUnit.SECONDS);
        assertNull(container.bus("stops"));
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    @Test
    void aBusThatFailsToCloseIsDeactivatedAnyway() {
        StubBus bus = new StubBus(container.context) {
            @Override
            void closeNow() {
                throw new IllegalStateException("on purpose");
            }
        };
        bus.configure(Map.of());
        Container.await("the bus is open", () -> container.bus("stub").state.equals("ready"));
        bus.deactivate();
        Container.await("the bus is closed", () -> container.bus("stub") == null && bus.isClosed());
    }

    @Test
    void theLastOfManyChangesApplies() throws Exception {
        String server = container.server("changes");
        int[] ports = {0, freePort(), freePort()};
        for (int i = 1; i <= 600; i++) {
            container.modify(server, "changes", "port", ports[i / 7 % 3], "queueSize", i);
        }
        container.modify(server, "changes", "port", ports[1], "queueSize", 601);
        Container.await(
                "the last change applies",
                () -> container.bus("changes").queueSize == 601
                        && container.bus("changes").address.endsWith(":" + ports[1]));
        container.handler(received -> CompletableFuture.completedFuture(List.of("quick")), "changes");
        assertEquals("quick", Container.ask(container.clientOf("changes"), "x"));
        assertEquals(601, container.bus("changes").queueSize);
    }

    @Test
    void aConfigurationThatIsDeletedAndCreatedAgainOpensABus() throws Exception {
        for (int i = 0; i < 50; i++) {
            container.delete(container.server("comes", "port", freePort()));
        }
        container.server("comes", "port", freePort());
        container.handler(received -> CompletableFuture.completedFuture(List.of("quick")), "comes");
        Container.await(
                "one bus is left",
                () -> Arrays.stream(container.runtime.getRuntimeDTO().buses)
                                .filter(bus -> bus.name.equals("comes"))
                                .count()
                        == 1);
        assertEquals("quick", Container.ask(container.clientOf("comes"), "x"));
    }
}
