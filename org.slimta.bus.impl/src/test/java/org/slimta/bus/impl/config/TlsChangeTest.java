package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

/** When TLS is asked for nothing is served without it, and files that are mended are enough to have it. */
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
            "port", port, "tls", true, "tlsCertificate", folder.resolve("server.pem").toString(),
            "tlsPrivateKey", folder.resolve("server.key").toString()
        };
    }

    private void copy(String name, String as) throws Exception {
        Files.copy(FILES.resolve(name), folder.resolve(as));
    }

    private BusClient<String, String> tlsClient(String name, int port, Object... more) throws Exception {
        Object[] all = {
            "host", "localhost", "port", port, "tls", true, "tlsTrust", FILES.resolve("ca.pem").toString()
        };
        Object[] both = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, both, all.length, more.length);
        container.client(name, both);
        return container.service(BusClient.class, name);
    }

    @Test
    void aPlainServerThatIsToSpeakTlsWithAKeyThatIsMissingSpeaksNothing() throws Exception {
        int port = freePort();
        String server = container.server("relay", "port", port);
        BusClient<String, String> plain = container.clientOf("relay", "responseTimeout", "2s");
        assertEquals("answered", Container.ask(plain, "x"));
        copy("server.pem", "server.pem");
        container.modify(server, "relay", tls(port));
        Container.await("it says why", () -> String.valueOf(container.bus("relay").waitingFor)
                .contains("TLS cannot be used: there is no file " + folder.resolve("server.key")));
        Container.await("nobody listens", () -> !isListening(port));
        Container.await("what was begun has ended", () -> container.bus("relay").state.equals("waiting"));
        assertThrows(BusException.class, () -> Container.ask(plain, "in plain text"));
        copy("server.key", "server.key");
        BusClient<String, String> secure = tlsClient("secure", port);
        Container.await("the file was mended, and nothing else was changed", () -> isAnswered(secure));
        assertTrue(container.bus("relay").tls);
    }

    private static boolean isListening(int port) throws Exception {
        try {
            new Socket("127.0.0.1", port).close();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** What asks for TLS, but with a mistake. */
    private static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("did you mean tlsCertificate?", List.of("tls", "true", "tlsCertficate", "x")),
                arguments("of the settings tlsCertificate and tlsPrivateKey there must be both", List.of("tls", "true", "tlsCertificate", "server.pem")),
                arguments("tls is yes", List.of("tls", "yes")),
                arguments("unknown setting ssl", List.of("ssl", "true")),
                arguments("but tls is not true", List.of("tlsKeyStore", "x")),
                arguments("queueSize", List.of("tls", "true", "tlsCertificate", "x", "tlsPrivateKey", "x", "queueSize", "no")));
    }

    private static Object[] with(List<String> settings, Object... more) {
        return Stream.concat(Arrays.stream(more), settings.stream()).toArray();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aPlainServerIsClosedByWhatAsksForTlsWithAMistake(String said, List<String> settings) throws Exception {
        int port = freePort();
        String server = container.server("relay", "port", port);
        BusClient<String, String> plain = container.clientOf("relay", "responseTimeout", "2s");
        assertEquals("answered", Container.ask(plain, "x"));
        container.modify(server, "relay", with(settings, "port", port));
        Container.await("nobody listens", () -> !isListening(port));
        Container.await("it says why", () -> container.bus("relay").state.equals("waiting")
                && container.bus("relay").waitingFor.contains(said));
        assertThrows(BusException.class, () -> Container.ask(plain, "in plain text"));
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains(said) && reason.endsWith("it is not open in plain text"), reason);
        container.modify(server, "relay", "port", port);
        Container.await("plain text was asked for", () -> isAnswered(plain));
        Container.await("nothing is rejected", () -> container.rejected("configuration") == null);
    }

    @Test
    void aPlainServerThatWaitsForItsPortDoesNotOpenOnceTlsIsAskedFor() throws Exception {
        String server;
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
            server = container.server("relay", "port", port);
            Container.await("it waits", () -> container.bus("relay").waitingFor.contains("cannot listen"));
            container.modify(server, "relay", "port", port, "tls", "yes");
            Container.await("it is not wanted", () -> container.bus("relay").waitingFor.contains("tls is yes"));
        }
        container.directory.changed(); // As if what it waited for might be there.
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        container.modify(server, "relay", tls(port));
        Container.await("it opens", () -> container.bus("relay").state.equals("ready"));
        assertTrue(container.bus("relay").tls);
    }

    @Test
    void aPlainServerGoesOnIfWhatIsWrongHasNothingToDoWithTls() throws Exception {
        String server = container.server("relay");
        BusClient<String, String> plain = container.clientOf("relay");
        Container.await("it is open", () -> container.bus("relay").state.equals("ready"));
        container.modify(
                server, "relay", "queueSize", "no", "tls", "false", "tlsClientAuth", "none", "handshakeTimeout", "10s", "tlsTrust", "");
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        assertEquals("answered", Container.ask(plain, "x"));
    }

    @Test
    void aServerWithTlsGoesOnWithItWhateverIsWrong() throws Exception {
        int port = freePort();
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        String server = container.server("relay", tls(port));
        BusClient<String, String> secure = tlsClient("secure", port);
        Container.await("it is open", () -> container.bus("relay").state.equals("ready") && isAnswered(secure));
        container.modify(server, "relay", "port", port, "tls", "yes");
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        assertEquals("answered", Container.ask(secure, "x"));
    }

    @Test
    void aPlainClientIsClosedByWhatAsksForTlsWithAMistake() throws Exception {
        container.server("relay");
        int port = container.port("relay");
        String client = container.client("plain", "host", "127.0.0.1", "port", port);
        BusClient<String, String> plain = container.service(BusClient.class, "plain");
        assertEquals("answered", Container.ask(plain, "x"));
        container.modify(client, "plain", "host", "127.0.0.1", "port", port, "tls", "true", "tlsTrst", "x");
        Container.await("it is closed", () -> container.bus("plain").state.equals("waiting"));
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
    void whatRunsInPlainTextThenComesToItsEnd() throws Exception {
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
        Container.await("it closes", () -> container.bus("slow").state.equals("closing"));
        mayEnd.countDown();
        assertEquals(List.of("finished"), sent.recvResponse());
    }

    @Test
    void aServerWithTlsGoesOnWithItsFormerKeyUntilTheNewOneIsThere() throws Exception {
        int port = freePort();
        copy("server.pem", "server.pem");
        copy("server.key", "server.key");
        String server = container.server("relay", tls(port));
        Container.await("it is open", () -> container.bus("relay").state.equals("ready"));
        Object[] other = tls(port);
        other[5] = folder.resolve("other.pem").toString();
        other[7] = folder.resolve("other.key").toString();
        container.modify(server, "relay", other);
        Container.await("it is told", () -> container.rejected("configuration") != null);
        String reason = container.rejected("configuration").reason;
        assertTrue(reason.contains("there is no file " + folder.resolve("other.pem")), reason);
        assertTrue(reason.endsWith("The bus relay continues with its previous settings"), reason);
        assertEquals("answered", Container.ask(tlsClient("before", port, "tlsAllowedPeers", "CN=server,O=Example"), "x"));
        copy("server2.key", "other.key");
        copy("server2.pem", "other.pem");
        BusClient<String, String> after = tlsClient("after", port, "tlsAllowedPeers", "CN=server 2,O=Example");
        Container.await("the files have come, and nothing else was changed", () -> isAnswered(after));
        Container.await("nothing is rejected", () -> container.rejected("configuration") == null);
    }
}
