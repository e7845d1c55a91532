package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;

/**
 * Servers with several addresses, of which some are no good, and names that take their time. Linux has many loopback
 * addresses.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ConnectingTest {

    private static final byte[] HEADER = RawPeer.frame("");

    private final Map<String, NameResolver> names = new ConcurrentHashMap<>();
    private final SocketEnds ends =
            SocketEnds.overSockets(host -> names.get(host).resolve(host));
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private SocketServer<String, String> server;

    @AfterEach
    void close() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        ends.close();
    }

    private static InetAddress loopback(int number) throws UnknownHostException {
        return InetAddress.getByName("127.0.0." + number);
    }

    /** A server that answers, at one of the addresses. */
    private int serve(int number, TlsOptions tls) throws BusException {
        server = ends.server(
                "127.0.0." + number,
                String.class,
                ServerOptions.builder().tls(tls).build());
        open.add(server);
        EchoServer.of(server).start();
        return server.address().getPort();
    }

    private static TlsOptions serverTls() {
        return TestTls.server().build();
    }

    private static TlsOptions.Builder clientTls() {
        return TestTls.client().serverName("localhost");
    }

    /** Has a name stand for addresses. */
    private void name(String host, Integer... numbers) {
        names.put(host, asked -> {
            List<InetAddress> all = new ArrayList<>();
            for (int number : numbers) {
                all.add(loopback(number));
            }
            return all;
        });
    }

    private SocketClient<String, String> client(String host, int port, ClientOptions.Builder options) {
        SocketClient<String, String> client = ends.client(host, port, options.build());
        open.add(client);
        return client;
    }

    /** The kernel answers nobody who connects to a listener whose backlog is full. */
    private List<Socket> swallow(ServerSocket listener) throws IOException {
        List<Socket> filling = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        open.addAll(filling);
        return filling;
    }

    private ServerSocket listen(int number, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(loopback(number), port), 1);
        listener.setSoTimeout(20_000);
        open.add(listener);
        return listener;
    }

    private static String ask(SocketClient<String, String> client, String text) throws Exception {
        return client.sendRequest(List.of(text)).recvResponse().get(0);
    }

    @Test
    void anAddressThatSwallowsPacketsHidesNoOther() throws Exception {
        int port = serve(3, null);
        swallow(listen(2, port));
        name("two", 2, 3);
        assertEquals(
                "a", ask(client("two", port, ClientOptions.builder().connectTimeout(Duration.ofSeconds(50))), "a"));
    }

    @Test
    void norDoesOneThatRefuses() throws Exception {
        int port = serve(3, null);
        name("three", 2, 4, 3);
        assertEquals("a", ask(client("three", port, ClientOptions.builder()), "a"));
    }

    @Test
    void norOneThatAcceptsAndNeverShakesHands() throws Exception {
        int port = serve(3, serverTls());
        ServerSocket silent = listen(2, port);
        name("two", 2, 3);
        ClientOptions.Builder options = ClientOptions.builder()
                .connectTimeout(Duration.ofSeconds(50))
                .tls(clientTls().handshakeTimeout(Duration.ofSeconds(50)).build());
        assertEquals("a", ask(client("two", port, options), "a"));
        silent.accept().close();
    }

    @Test
    void norOneThatEndsTheHandshake() throws Exception {
        int port = serve(3, serverTls());
        ServerSocket ending = listen(2, port);
        name("two", 2, 3);
        ClientTransaction<String> sent = client(
                        "two", port, ClientOptions.builder().tls(clientTls().build()))
                .sendRequest(List.of("a"));
        try (Socket socket = ending.accept()) {
            socket.getInputStream().read();
        }
        assertEquals(List.of("a"), sent.recvResponse());
    }

    @Test
    void whenNoAddressWorksEachIsReported() throws Exception {
        int port = serve(3, null);
        swallow(listen(2, port));
        server.close();
        name("three", 3, 2, 4);
        ClientOptions.Builder options = ClientOptions.builder().connectTimeout(Duration.ofMillis(700));
        BusException failure = failureOf(client("three", port, options).sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        String message = failure.getMessage();
        assertTrue(message.contains("700 ms (connectTimeout)"), message);
        assertTrue(message.contains("127.0.0.2:" + port), message);
        assertTrue(message.contains("127.0.0.3:" + port + ": Connection refused"), message);
    }

    @Test
    void theOneThatComesTooLateBringsAnEmptyArrayForItMayBeALuaNode() throws Exception {
        int port = serve(3, null);
        ServerSocket late = listen(2, port);
        List<Socket> filling = swallow(late);
        name("two", 2, 3);
        assertEquals("a", ask(client("two", port, ClientOptions.builder()), "a"));
        for (Socket each : filling) {
            late.accept().close();
            each.close();
        }
        try (Socket lua = late.accept()) {
            lua.setSoTimeout(20_000);
            byte[] all = lua.getInputStream().readAllBytes();
            String xml = new String(all, HEADER.length, all.length - HEADER.length, StandardCharsets.UTF_8);
            assertArrayEquals(RawPeer.frame(xml), all, "one frame");
            assertTrue(xml.matches("<requests( [a-z]+=\"[^\"]*\")*>\\s*</requests>\r\n"), xml);
        }
    }

    private NameResolver hanging(AtomicInteger asked) {
        return host -> {
            asked.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return List.of(loopback(3));
        };
    }

    @Test
    void aLookupThatHangsDelaysOnlyTheClientsOfThatHost() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        int port = serve(3, null);
        names.put("hanging", hanging(asked));
        name("good", 3);
        ClientOptions.Builder impatient = ClientOptions.builder().responseTimeout(Duration.ofMillis(300));
        List<ClientTransaction<String>> lost = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SocketClient<String, String> hanging = client("hanging", port, impatient);
            for (int j = 0; j < 20; j++) {
                lost.add(hanging.sendRequest(List.of("a"))); // It returns, or else the test ends here.
            }
        }
        for (int i = 0; i < 10; i++) {
            assertEquals("b", ask(client("good", port, ClientOptions.builder()), "b"));
        }
        for (ClientTransaction<String> each : lost) {
            BusException failure = failureOf(each);
            assertEquals(Reason.CONNECT, failure.reason(), failure.getMessage());
            assertTrue(failure.getMessage().contains("within 300 ms (responseTimeout)"), failure.getMessage());
        }
        assertEquals(1, asked.get(), "all who want it share one look-up");
    }

    @Test
    void theTimeOfALookupCountsForTheConnectTimeout() throws Exception {
        names.put("hanging", hanging(new AtomicInteger()));
        BusException failure =
                failureOf(client("hanging", 25, ClientOptions.builder().connectTimeout(Duration.ofMillis(200)))
                        .sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("looking up the host name took longer"), failure.getMessage());
    }

    @Test
    void aTransactionThatWaitsForALookupGoesOnWhenTheNameIsKnown() throws Exception {
        int port = serve(3, null);
        names.put("hanging", hanging(new AtomicInteger()));
        SocketClient<String, String> client = client("hanging", port, ClientOptions.builder());
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(client.sendRequest(List.of("a" + i)));
        }
        go.countDown();
        for (int i = 0; i < 50; i++) {
            assertEquals(List.of("a" + i), sent.get(i).recvResponse());
        }
    }

    @Test
    void aResolverThatBreaksFailsItsTransactionAlone() throws Exception {
        int port = serve(3, null);
        names.put("breaking", host -> {
            throw new StackOverflowError("it breaks");
        });
        name("good", 3);
        BusException failure =
                failureOf(client("breaking", port, ClientOptions.builder()).sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("it breaks"), failure.getMessage());
        assertEquals("a", ask(client("good", port, ClientOptions.builder()), "a"));
    }

    @Test
    void certificatesThatCannotBeReadDelayNoOtherClient() throws Exception {
        int port = serve(3, null);
        name("good", 3);
        SocketClient<String, String> stuck = client(
                "good",
                port,
                ClientOptions.builder()
                        .connectTimeout(Duration.ofMillis(300))
                        .tls(clientTls().build()));
        ends.network()
                .lookups()
                .ask(
                        stuck.connections(),
                        () -> { // As a dead file system would have it.
                            go.await();
                            return stuck.server().context();
                        },
                        (value, failure) -> {});
        ClientTransaction<String> sent = stuck.sendRequest(List.of("a"));
        assertEquals("b", ask(client("good", port, ClientOptions.builder()), "b"));
        BusException failure = failureOf(sent);
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(
                failure.getMessage().contains("reading the certificates of this client took longer"),
                failure.getMessage());
    }

    @Test
    void aClientThatIsClosedWaitsForNoName() throws Exception {
        names.put("hanging", hanging(new AtomicInteger()));
        SocketClient<String, String> client = client("hanging", 25, ClientOptions.builder());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        client.close();
        assertEquals(Reason.CLOSED, failureOf(sent).reason());
        ends.network().close();
        Await.until(
                "nothing goes on but the look-up, which cannot be ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("slimta-bus-connecting")));
    }
}
