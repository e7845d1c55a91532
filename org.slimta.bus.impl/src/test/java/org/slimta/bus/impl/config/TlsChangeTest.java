package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientTransaction;

/** Once TLS is requested nothing is served without it, and it is enough to correct the files. */
@Timeout(120)
class TlsChangeTest {

    private static final Path FILES = Path.of("src/test/resources/tls").toAbsolutePath();

    @TempDir
    private Path folder;

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.handler(received -> CompletableFuture.completedFuture(List.of("answered")), "relay");
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Object[] tls(int port) {
        return new Object[] {
            "port",
            port,
            "tls",
            true,
            "tlsCertificate",
            folder.resolve("server.pem").toString(),
            "tlsPrivateKey",
            folder.resolve("server.key").toString()
        };
    }

    private void copy(String name, String as) throws Exception {
        Files.copy(FILES.resolve(name), folder.resolve(as));
    }

    private BusClient<String, String> tlsClient(String name, int port, Object... more) throws Exception {
        Object[] all = {
            "host",
            "localhost",
            "port",
            port,
            "tls",
            true,
            "tlsTrust",
            FILES.resolve("ca.pem").toString()
        };
        Object[] both = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, both, all.length, more.length);
        container.client(name, both);
        return container.service(BusClient.class, name);
    }

    @Test
    void aPlainServerThatShouldUseTlsWithAMissingKeyCloses() throws Exception {
        int port = freePort();
        String server = container.server("relay", "port", port);
        BusClient<String, String> plain = container.clientOf("relay", "responseTimeout", "2s");
        assertEquals("answered", Container.ask(plain, "x"));
        copy("server.pem", "server.pem");
        container.modify(server, "relay", tls(port));
        Container.await(
                "the reason is reported",
                () -> String.valueOf(container.bus("relay").waitingFor)
                        .contains("TLS cannot be used: there is no file " + folder.resolve("server.key")));
        Container.await("the port is closed", () -> !isListening(port));
        Container.await(
                "the bus has finished closing",
                () -> container.bus("relay").state.equals("waiting"));
        assertThrows(BusException.class, () -> Container.ask(plain, "in plain text"));
        copy("server.key", "server.key");
        BusClient<String, String> secure = tlsClient("secure", port);
        Container.await("it is enough to correct the file", () -> isAnswered(secure));
        assertTrue(container.bus("relay").tls);
    }

    private static boolean isListening(int port) throws Exception {
        try {
            new Socket("127.0.0.1", port).close();
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            return true; // The port was closed while the connection was accepted: it is looked at again.
        }
    }

    /** Settings that request TLS, but with a mistake. */
    private static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("did you mean tlsCertificate?", List.of("tls", "true", "tlsCertficate", "x")),
                arguments(
                        "tlsCertificate and tlsPrivateKey must be set together",
                        List.of("tls", "true", "tlsCertificate", "server.pem")),
                arguments("tls is yes", List.of("tls", "yes")),
                arguments("unknown setting ssl", List.of("ssl", "true")),
                arguments("but tls is not true", List.of("tlsKeyStore", "x")),
                arguments(
                        "queueSize",
                        List.of("tls", "true", "tlsCertificate", "x", "tlsPrivateKey", "x", "queueSize", "no")));
    }

    private static Object[] with(List<String> settings, Object... more) {
        return Stream.concat(Arrays.stream(more), settings.stream()).toArray();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeInARequestForTlsClosesAPlainServer(String said, List<String> settings) throws Exception {
        int port = freePort();
        String server = container.server("relay", "port", port);
        BusClient<String, String> plain = container.clientOf("relay", "responseTimeout", "2s");
        assertEquals("answered", Container.ask(plain, "x"));
        container.modify(server, "relay", with(settings, "port", port));
        Container.await("the port is closed", () -> !isListening(port));
        Container.await(
                "the reason is reported",
                () -> container.bus("relay").state.equals("waiting")
                        && container.bus("relay").waitingFor.contains(said));
        assertThrows(BusException.class, () -> Container.ask(plain, "in plain text"));
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains(said) && reason.endsWith("it is not open in plain text"), reason);
        container.modify(server, "relay", "port", port);
        Container.await("plain text was configured", () -> isAnswered(plain));
        Container.await("nothing is rejected", () -> container.rejected("configuration") == null);
    }

    @Test
    void aPlainServerThatWaitsForItsPortDoesNotOpenOnceTlsIsRequested() throws Exception {
        String server;
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
            server = container.server("relay", "port", port);
            Container.await(
                    "the bus waits", () -> container.bus("relay").waitingFor.contains("cannot listen"));
            container.modify(server, "relay", "port", port, "tls", "yes");
            Container.await(
                    "the reason is reported",
                    () -> container.bus("relay").waitingFor.contains("tls is yes"));
        }
        container.directory.changed(); // What the bus waits for might be there now.
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        container.modify(server, "relay", tls(port));
        Container.await("the bus opens", () -> container.bus("relay").state.equals("ready"));
        assertTrue(container.bus("relay").tls);
    }

    @Test
    void aMistakeThatDoesNotConcernTlsLeavesAPlainServerOpen() throws Exception {
        String server = container.server("relay");
        BusClient<String, String> plain = container.clientOf("relay");
        Container.await("the bus is open", () -> container.bus("relay").state.equals("ready"));
        container.modify(
                server,
                "relay",
                "queueSize",
                "no",
                "tls",
                "false",
                "tlsClientAuth",
                "none",
                "handshakeTimeout",
                "10s",
                "tlsTrust",
                "");
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        assertEquals("answered", Container.ask(plain, "x"));
    }

    @Test
    void anyMistakeLeavesAServerWithTlsOpen() throws Exception {
        int port = freePort();
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        String server = container.server("relay", tls(port));
        BusClient<String, String> secure = tlsClient("secure", port);
        Container.await("the bus is open", () -> container.bus("relay").state.equals("ready") && isAnswered(secure));
        container.modify(server, "relay", "port", port, "tls", "yes");
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        assertEquals("answered", Container.ask(secure, "x"));
    }

    @Test
    void aMistakeInARequestForTlsClosesAPlainClient() throws Exception {
        container.server("relay");
        int port = container.port("relay");
        String client = container.client("plain", "host", "127.0.0.1", "port", port);
        BusClient<String, String> plain = container.service(BusClient.class, "plain");
        assertEquals("answered", Container.ask(plain, "x"));
        container.modify(client, "plain", "host", "127.0.0.1", "port", port, "tls", "true", "tlsTrst", "x");
        Container.await("the bus is closed", () -> container.bus("plain").state.equals("waiting"));
        assertThrows(BusException.class, () -> Container.ask(plain, "in plain text"));
    }

    private static boolean isAnswered(BusClient<String, String> client) throws Exception {
        try {
            return Container.ask(client, "x").equals("answered");
        } catch (BusException e) {
            return false;
        }
    }

    @Test
    void transactionsInPlainTextFinishBeforeThePlainServerCloses() throws Exception {
        int port = freePort();
        String server = container.server("slow", "port", port);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        container.handler(
                received -> {
                    begun.countDown();
                    mayEnd.await();
                    return CompletableFuture.completedFuture(List.of("finished"));
                },
                "slow");
        ClientTransaction<String> sent = container.<String>clientOf("slow").sendRequest(List.of("x"));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        container.modify(server, "slow", tls(port));
        Container.await("the bus is closing", () -> container.bus("slow").state.equals("closing"));
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
    }

    @Test
    void aServerWithTlsKeepsItsPreviousKeyUntilTheNewOneExists() throws Exception {
        int port = freePort();
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        String server = container.server("relay", tls(port));
        Container.await("the bus is open", () -> container.bus("relay").state.equals("ready"));
        Object[] other = tls(port);
        other[5] = folder.resolve("other.pem").toString();
        other[7] = folder.resolve("other.key").toString();
        container.modify(server, "relay", other);
        Container.await("the problem is reported", () -> container.rejected("configuration") != null);
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains("there is no file " + folder.resolve("other.pem")), reason);
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        BusClient<String, String> before = tlsClient("before", port, "tlsAllowedPeers", "CN=server,O=Example");
        assertEquals("answered", Container.ask(before, "x"));
        copy("server2.key", "other.key");
        copy("server2.pem", "other.pem");
        BusClient<String, String> after = tlsClient("after", port, "tlsAllowedPeers", "CN=server 2,O=Example");
        Container.await("it is enough to create the files", () -> isAnswered(after));
        Container.await("nothing is rejected", () -> container.rejected("configuration") == null);
    }
}
