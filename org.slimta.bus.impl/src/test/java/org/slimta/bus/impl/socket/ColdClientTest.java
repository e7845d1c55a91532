package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Many transactions at once over a client that has no connection yet. */
@Timeout(60)
class ColdClientTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;

    @AfterEach
    void close() throws Exception {
        factory.close();
        threads.shutdownNow();
        if (listener != null) {
            listener.close();
        }
    }

    /** Does something with each transaction before it is answered. */
    @FunctionalInterface
    private interface Work {
        void before() throws Exception;
    }

    private int serve(boolean tls, int handlers, Work work) throws BusException {
        ServerOptions options = ServerOptions.builder()
                .tls(tls ? TestTls.server().build() : null)
                .build();
        BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class, options);
        for (int i = 0; i < handlers; i++) {
            threads.submit(new EchoServer<>(server, transaction -> {
                connections.add(transaction.peer().address());
                work.before();
                transaction.sendResponse(transaction.requests());
            }));
        }
        return server.address().getPort();
    }

    private BusClient<String, String> client(int port, boolean tls) {
        TlsOptions options = TestTls.client().build();
        return factory.newClient(
                "localhost",
                port,
                String.class,
                String.class,
                ClientOptions.builder().tls(tls ? options : null).build());
    }

    private static List<ClientTransaction<String>> send(BusClient<String, String> client, int count) throws Exception {
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(client.sendRequest(List.of("a" + i)));
        }
        return sent;
    }

    private static void assertAnswered(List<ClientTransaction<String>> sent) throws Exception {
        for (int i = 0; i < sent.size(); i++) {
            assertEquals(List.of("a" + i), sent.get(i).recvResponse());
        }
    }

    /** On a machine that has other things to do the first answer may come too late, so there are several tries. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theyShareAFewConnections(boolean tls) throws Exception {
        int port = serve(tls, 2, () -> {});
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < 20 && least > 16; i++) {
            connections.clear();
            assertAnswered(send(client(port, tls), 200));
            least = Math.min(least, connections.size());
        }
        assertTrue(least <= 16, least + " connections");
    }

    @Test
    void manyClientsAtOnceDoSoToo() throws Exception {
        int port = serve(false, 2, () -> {});
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < 20 && least > 6 * 16; i++) {
            connections.clear();
            List<List<ClientTransaction<String>>> all = new ArrayList<>();
            for (int j = 0; j < 6; j++) {
                all.add(send(client(port, false), 256));
            }
            for (List<ClientTransaction<String>> each : all) {
                assertAnswered(each);
            }
            least = Math.min(least, connections.size());
        }
        assertTrue(least <= 6 * 16, least + " connections");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTheFirstAnswerTakesItsTimeTheOthersDoNotWaitForIt(boolean tls) throws Exception {
        CountDownLatch allThere = new CountDownLatch(20);
        int port = serve(tls, 20, () -> {
            allThere.countDown();
            allThere.await();
        });
        assertAnswered(send(client(port, tls), 20));
        assertEquals(20, connections.size());
    }

    private BusClient<String, String> rawClient() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
        return factory.newClient(
                "127.0.0.1",
                listener.getLocalPort(),
                String.class,
                String.class,
                ClientOptions.builder()
                        .poolSize(1)
                        .responseTimeout(Duration.ofSeconds(50))
                        .build());
    }

    @Test
    void whoIsTurnedAwayAtTheDoorIsToldThatItWasNotProcessedAndNobodyFollows() throws Exception {
        BusClient<String, String> client = rawClient();
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        try (RawPeer door = new RawPeer(listener.accept())) {
            long tx = RawPeer.tx(door.receive());
            door.send("<responses tx=\"" + tx
                    + "\" error=\"overloaded\">too many connections (maxConnections)</responses>");
            BusException failure = assertThrows(BusException.class, first::recvResponse);
            assertEquals(Reason.OVERLOADED, failure.reason());
            assertTrue(failure.getMessage().contains("maxConnections"), failure.getMessage());
            assertNull(door.receive(), "nothing else is sent there");
            try (RawPeer next = new RawPeer(listener.accept())) {
                String requests = next.receive();
                assertTrue(requests.endsWith("<text>b</text></requests>"), requests);
                next.send(RawPeer.responses(RawPeer.tx(requests), "1"));
                assertEquals(List.of("1"), second.recvResponse());
            }
        }
    }

    @Test
    void aConnectionThatDiesBeforeTheFirstResponseDelaysNoTransaction() throws Exception {
        BusClient<String, String> client = rawClient();
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        try (RawPeer dying = new RawPeer(listener.accept())) {
            dying.receive();
            dying.hangUp();
            assertEquals(
                    Reason.CLOSED,
                    assertThrows(BusException.class, first::recvResponse).reason());
        }
        try (RawPeer next = new RawPeer(listener.accept())) {
            String requests = next.receive();
            next.send(RawPeer.responses(RawPeer.tx(requests), "1"));
            assertEquals(List.of("1"), second.recvResponse());
        }
    }
}
