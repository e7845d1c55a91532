package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.RawPeer;

/** A running bus whose new TLS files cannot be used says so, goes on safely or not at all, and tries again. */
@Timeout(120)
class UnusableTlsTest {

    private static final Path FILES = Path.of("src/test/resources/tls").toAbsolutePath();
    private static final int ALERT = 21;
    private static final int REFUSED = -2;
    private static final int END = -1;

    @TempDir
    private Path folder;

    private Container container;
    private int port;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.handler(received -> CompletableFuture.completedFuture(List.of("answered")), "relay");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private void copy(String name) throws IOException {
        copy(name + ".pem", "own.pem");
        copy(name + ".key", "own.key");
    }

    private void copy(String name, String as) throws IOException {
        Files.copy(FILES.resolve(name), folder.resolve(as), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Object[] with(Object[] some, Object... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
    }

    private Object[] tls(String name) {
        return new Object[] {
            "port",
            port,
            "tls",
            true,
            "tlsCertificate",
            folder.resolve(name + ".pem").toString(),
            "tlsPrivateKey",
            folder.resolve(name + ".key").toString()
        };
    }

    private Object[] client(Object... more) {
        return with(new Object[] {"host", "localhost", "port", port}, more);
    }

    private Object[] trusting(Path file, Object... more) {
        return with(client("tls", true, "tlsTrust", file.toString()), more);
    }

    private BusClient<String, String> tlsClient(String name, Object... more) throws Exception {
        container.client(name, trusting(FILES.resolve("ca.pem"), more));
        return container.service(BusClient.class, name);
    }

    private static boolean isAnswered(BusClient<String, String> client) throws Exception {
        try {
            return Container.ask(client, "x").equals("answered");
        } catch (BusException e) {
            return false;
        }
    }

    /** {@return the first byte that the server answers to a request in plain text, or that there is none} */
    private int firstByteInPlainText() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(RawPeer.frame(RawPeer.requests(1, "x")));
            return socket.getInputStream().read();
        } catch (IOException e) {
            return REFUSED;
        }
    }

    private BusDTO relay() {
        return container.bus("relay");
    }

    private void awaitProblem(String bus, String expected) {
        Container.await("the problem of " + bus + " is reported: " + expected, () -> {
            String problem = container.bus(bus).problem;
            return problem != null && problem.contains(expected);
        });
    }

    private void awaitNoProblem(String bus) {
        Container.await("no problem of " + bus, () -> container.bus(bus).problem == null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "wrong password", "half a key"})
    void noByteIsAnsweredInPlainTextUntilTheFilesCanBeUsed(String fault) throws Exception {
        String server = container.server("relay", "port", port);
        Container.await("it answers in plain text", () -> firstByteInPlainText() == 0);
        Object[] settings = tls("own");
        switch (fault) {
            case "wrong password" -> {
                copy("rsa.pem", "own.pem");
                copy("rsa-encrypted.key", "own.key");
                settings = with(settings, "tlsPassword", "wrong");
            }
            case "half a key" -> {
                copy("server");
                Files.writeString(folder.resolve("own.key"), "half a key");
            }
            default -> {}
        }
        container.modify(server, "relay", settings);
        Container.await(
                "it waits for its files",
                () -> relay().state.equals("waiting") && relay().waitingFor.contains("TLS cannot be used"));
        for (int i = 0; i < 20; i++) {
            assertEquals(REFUSED, firstByteInPlainText(), "it takes no connection");
        }
        copy("server");
        Container.await("the files can be used", () -> {
            int first = firstByteInPlainText();
            assertTrue(List.of(REFUSED, END, ALERT).contains(first), "answered with " + first);
            return first == ALERT;
        });
        assertTrue(isAnswered(tlsClient("secure")));
        assertTrue(relay().tls);
        assertNull(relay().problem);
    }

    @Test
    void aServerThatContinuesWithItsPreviousFilesSaysSo() throws Exception {
        copy("server");
        String server = container.server("relay", tls("own"));
        BusClient<String, String> secure = tlsClient("secure");
        Container.await("it answers", () -> isAnswered(secure));
        assertNull(relay().problem);
        container.modify(server, "relay", tls("other"));
        awaitProblem("relay", "TLS cannot be used: there is no file " + folder.resolve("other.pem"));
        assertEquals("ready", relay().state);
        assertEquals("answered", Container.ask(secure, "x"));
        copy("server2.key", "other.key");
        copy("server2.pem", "other.pem");
        awaitNoProblem("relay");
        assertEquals("CN=server 2,O=Example", relay().certificateSubject);
    }

    @Test
    void anInvalidChangeOfAnOpenBusIsItsProblem() throws Exception {
        String server = container.server("relay", "port", port);
        Container.await("it is open", () -> relay().state.equals("ready"));
        container.modify(server, "relay", "port", port, "queueSize", "no");
        awaitProblem("relay", "queueSize is no");
        container.modify(server, "relay", "port", port, "queueSize", "7");
        awaitNoProblem("relay");
    }

    @Test
    void filesThatAreReplacedByUnusableOnesAreTheProblemOfAServer() throws Exception {
        copy("server");
        container.server("relay", tls("own"));
        BusClient<String, String> secure = tlsClient("secure", "poolSize", 0);
        Container.await("it answers", () -> isAnswered(secure));
        Files.writeString(folder.resolve("own.key"), "half a key");
        awaitProblem("relay", "the TLS files have changed but cannot be used");
        assertEquals("answered", Container.ask(secure, "x"));
        copy("server");
        awaitNoProblem("relay");
    }

    /** Peers would refuse it, while they accept the one before. */
    @Test
    void anExpiredCertificateDoesNotReplaceAValidOne() throws Exception {
        copy("server");
        String server = container.server("relay", tls("own"));
        BusClient<String, String> secure = tlsClient("secure", "poolSize", 0);
        Container.await("it answers", () -> isAnswered(secure));
        copy("expired");
        awaitProblem("relay", "the certificate CN=expired,O=Example of this end, in the file " + folder);
        awaitProblem("relay", "expired on 2021-01-01T00:00:00Z; peers refuse it");
        assertEquals("answered", Container.ask(secure, "x"));
        copy("server");
        awaitNoProblem("relay");
        copy("expired.pem", "other.pem");
        copy("expired.key", "other.key");
        container.modify(server, "relay", tls("other"));
        awaitProblem("relay", "expired on 2021-01-01T00:00:00Z");
        assertEquals("answered", Container.ask(secure, "x"));
        assertEquals("CN=server,O=Example", relay().certificateSubject);
    }

    @Test
    void aServerThatOpensWithAnExpiredCertificateSaysSo() throws Exception {
        copy("expired");
        try (CapturedLog log = new CapturedLog()) {
            container.server("relay", tls("own"));
            log.await("the certificate CN=expired,O=Example of this end, in the file " + folder.resolve("own.pem")
                    + ", expired on 2021-01-01T00:00:00Z; peers refuse it. Replace the file");
        }
        Container.await("it is open", () -> relay().state.equals("ready"));
        assertEquals("CN=expired,O=Example", relay().certificateSubject);
        assertEquals(Instant.parse("2021-01-01T00:00:00Z").toEpochMilli(), relay().certificateExpires);
    }

    @Test
    void aPlainClientWhoseTlsFilesAreMissingSendsNothing() throws Exception {
        container.server("relay", "port", port);
        String client = container.client("plain", client());
        BusClient<String, String> plain = container.service(BusClient.class, "plain");
        Container.await("it is answered", () -> isAnswered(plain));
        assertNull(container.bus("plain").certificateSubject);
        Path trust = folder.resolve("trust.pem");
        container.modify(client, "plain", trusting(trust));
        awaitProblem("plain", "TLS cannot be used, so no request is sent until it can: there is no file " + trust);
        BusException failure = assertThrows(BusException.class, () -> Container.ask(plain, "x"));
        assertEquals(BusException.Reason.CONNECT, failure.reason());
        assertTrue(
                failure.getMessage().contains("TLS cannot be used: there is no file " + trust), failure.getMessage());
        Files.copy(FILES.resolve("ca.pem"), trust);
        awaitNoProblem("plain");
    }

    @Test
    void aClientWithTlsKeepsItsPreviousFilesUntilTheNewOnesCanBeUsed() throws Exception {
        copy("server");
        container.server("relay", tls("own"));
        String client = container.client("secure", trusting(FILES.resolve("ca.pem")));
        BusClient<String, String> secure = container.service(BusClient.class, "secure");
        Container.await("it answers", () -> isAnswered(secure));
        Path trust = folder.resolve("trust.pem");
        container.modify(client, "secure", trusting(trust, "poolSize", 0));
        awaitProblem("secure", "there is no file " + trust);
        assertEquals("answered", Container.ask(secure, "x"));
        assertNotNull(container.rejected("configuration"));
        Files.copy(FILES.resolve("ca.pem"), trust);
        awaitNoProblem("secure");
        assertEquals("answered", Container.ask(secure, "x"));
        assertNull(container.rejected("configuration"));
    }

    @Test
    void theCertificateOfAClientIsReportedBeforeItSends() throws Exception {
        container.client(
                "secure",
                trusting(
                        FILES.resolve("ca.pem"),
                        "tlsCertificate",
                        FILES.resolve("edge.pem").toString(),
                        "tlsPrivateKey",
                        FILES.resolve("edge.key").toString()));
        Container.await(
                "its certificate is reported",
                () -> container.bus("secure") != null
                        && "CN=edge,O=Example".equals(container.bus("secure").certificateSubject));
        assertEquals(Instant.parse("2125-01-01T00:00:00Z").toEpochMilli(), container.bus("secure").certificateExpires);
    }
}
