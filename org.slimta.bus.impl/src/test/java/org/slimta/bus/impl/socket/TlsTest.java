package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/** Who speaks with whom is known and nobody else listens; whoever is not accepted is told why. */
@Timeout(20)
class TlsTest {

    private static final Path FILES = Path.of("src/test/resources/tls");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private final List<PeerIdentity> seen = new ArrayList<>();
    private BusServer<String, String> server;

    @TempDir
    private Path temporary;

    @AfterEach
    void close() {
        factory.close();
        threads.shutdownNow();
    }

    private static TlsOptions.Builder own(String name) {
        return TlsOptions.builder().certificate(FILES.resolve(name + ".pem")).privateKey(FILES.resolve(name + ".key"));
    }

    private static TlsOptions.Builder trusting(String name) {
        return TlsOptions.builder().trust(FILES.resolve(name + ".pem"));
    }

    private void open(TlsOptions.Builder tls) throws BusException {
        open(ServerOptions.builder().tls(tls == null ? null : tls.build()));
    }

    private void open(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
        threads.submit(() -> {
            while (true) {
                ServerTransaction<String, String> transaction = server.recvRequest();
                synchronized (seen) {
                    seen.add(transaction.peer().identity());
                }
                try {
                    transaction.sendResponse(
                            transaction.requests().stream().map("re: "::concat).toList());
                } catch (BusException e) {
                    assertEquals(Reason.CLOSED, e.reason());
                }
            }
        });
    }

    private BusClient<String, String> client(TlsOptions.Builder tls) {
        return client(tls, options -> {});
    }

    private BusClient<String, String> client(TlsOptions.Builder tls, Consumer<ClientOptions.Builder> more) {
        ClientOptions.Builder options = ClientOptions.builder().tls(tls == null ? null : tls.build());
        more.accept(options);
        return factory.newClient("localhost", server.address().getPort(), String.class, String.class, options.build());
    }

    private static String ask(BusClient<String, String> client, String text) throws Exception {
        return client.sendRequest(List.of(text)).recvResponse().get(0);
    }

    private static void assertFails(BusClient<String, String> client, Reason reason, String... messages) {
        long start = System.nanoTime();
        BusException failure = assertThrows(BusException.class, () -> ask(client, "a"));
        assertEquals(reason, failure.reason(), failure.getMessage());
        for (String message : messages) {
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
        }
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5), "it is told at once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void transactionsOfAllSizesPass(String protocol) throws Exception {
        open(own("server").protocols(List.of(protocol)));
        for (int poolSize : new int[] {2, 0}) {
            BusClient<String, String> client = client(trusting("ca"), options -> options.poolSize(poolSize));
            for (int size : new int[] {0, 1, 100, 10_000, 16_384, 100_000, 1_000_000}) {
                String text = "x".repeat(size);
                assertEquals("re: " + text, ask(client, text));
            }
            List<ClientTransaction<String>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.add(client.sendRequest(List.of("n" + i + "y".repeat(i * 50))));
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(List.of("re: n" + i + "y".repeat(i * 50)), all.get(i).recvResponse());
            }
        }
    }

    @Test
    void aPeerIsKnownByItsCertificate() throws Exception {
        open(own("server").trust(FILES.resolve("ca.pem")).clientAuth(ClientAuth.REQUIRED));
        assertEquals("re: a", ask(client(own("edge").trust(FILES.resolve("ca.pem"))), "a"));
        PeerIdentity identity = seen.get(0);
        assertEquals("CN=edge,O=Example", identity.subject());
        assertEquals(
                List.of("DNS:edge.example.com", "URI:spiffe://example/edge", "IP:192.0.2.1", "EMAIL:edge@example.com"),
                identity.names());
        assertEquals(identity.subject(), identity.certificate().getSubjectX500Principal().getName());
    }

    @Test
    void aClientThatMayHaveACertificateNeedNot() throws Exception {
        open(own("server").trust(FILES.resolve("ca.pem")).clientAuth(ClientAuth.WANTED));
        assertEquals("re: a", ask(client(trusting("ca")), "a"));
        assertNull(seen.get(0));
        assertEquals("re: a", ask(client(own("edge").trust(FILES.resolve("ca.pem"))), "a"));
        assertNotNull(seen.get(1));
    }

    static Stream<Arguments> badServers() {
        return Stream.of(
                Arguments.of("expired", "the certificate of CN=expired,O=Example expired on 2021-01-01T00:00:00Z"),
                Arguments.of("self-signed", "the certificate of CN=self-signed is self-signed"),
                Arguments.of("foreign", "was issued by CN=Foreign authority,O=Elsewhere, which is not among the trusted"),
                Arguments.of(
                        "elsewhere",
                        "the certificate of CN=elsewhere,O=Example is not for the name localhost, but for"
                                + " [DNS:elsewhere.example.com]"));
    }

    @ParameterizedTest
    @MethodSource("badServers")
    void aServerIsRefusedForWhatIsWrongWithIt(String name, String message) throws Exception {
        open(own(name));
        assertFails(client(trusting("ca")), Reason.CONNECT, "localhost:", message);
    }

    @Test
    void theNameOfTheServerMayBeAnotherThanTheHost() throws Exception {
        open(own("elsewhere"));
        assertEquals("re: a", ask(client(trusting("ca").serverName("elsewhere.example.com")), "a"));
        assertEquals("re: a", ask(client(trusting("ca").checkServerName(false)), "a"));
    }

    static Stream<Arguments> badClients() {
        return Stream.of(
                Arguments.of(null, "the client has shown no certificate, and must"),
                Arguments.of("expired", "the certificate of CN=expired,O=Example expired on 2021-01-01T00:00:00Z"),
                Arguments.of("self-signed", "the certificate of CN=self-signed is self-signed"),
                Arguments.of("foreign", "was issued by CN=Foreign authority,O=Elsewhere, which is not among the trusted"),
                Arguments.of("other", "this peer is not among the allowedPeers [DNS:edge.example.com]"));
    }

    @ParameterizedTest
    @MethodSource("badClients")
    void aClientIsRefusedForWhatIsWrongWithIt(String name, String message) throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            open(own("server")
                    .trust(FILES.resolve("ca.pem"))
                    .clientAuth(ClientAuth.REQUIRED)
                    .allowedPeers(List.of("DNS:edge.example.com"))
                    .protocols(List.of(protocol)));
            TlsOptions.Builder tls = name == null ? TlsOptions.builder() : own(name);
            try (CapturedLog log = new CapturedLog()) {
                assertFails(client(tls.trust(FILES.resolve("ca.pem"))), Reason.CONNECT, "refused the TLS handshake");
                log.await(message);
                log.await("(CONNECT)");
            }
            assertEquals("re: a", ask(client(own("edge").trust(FILES.resolve("ca.pem"))), "a"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CN=edge,O=Example", "cn=Edge, o=example", "DNS:EDGE.example.com", "URI:spiffe://example/edge", "IP:192.0.2.1",
        "EMAIL:edge@example.com"
    })
    void aPeerIsAllowedBySubjectOrName(String allowed) throws Exception {
        open(own("server")
                .trust(FILES.resolve("ca.pem"))
                .clientAuth(ClientAuth.REQUIRED)
                .allowedPeers(List.of("DNS:somebody.example.com", allowed)));
        assertEquals("re: a", ask(client(own("edge").trust(FILES.resolve("ca.pem"))), "a"));
    }

    @Test
    void aServerIsAllowedByItsNameToo() throws Exception {
        open(own("server"));
        assertEquals("re: a", ask(client(trusting("ca").allowedPeers(List.of("CN=server,O=Example"))), "a"));
        assertFails(
                client(trusting("ca").allowedPeers(List.of("CN=server 2,O=Example"))),
                Reason.CONNECT,
                "this peer is not among the allowedPeers [CN=server 2,O=Example]");
    }

    @Test
    void versionsThatDoNotMeetAreTold() throws Exception {
        open(own("server").protocols(List.of("TLSv1.3")));
        assertFails(
                client(trusting("ca").protocols(List.of("TLSv1.2"))),
                Reason.CONNECT,
                "protocol_version: it does not speak the versions of TLS that are spoken here");
    }

    @Test
    void aPlainClientOnATlsPortIsToldAtOnce() throws Exception {
        open(own("server"));
        assertFails(client(null), Reason.MALFORMED, "it speaks TLS, and this end does not; set tls at both ends");
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(RawPeer.frame("<requests/>"));
            assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 10}, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void aTlsClientOnAPlainPortIsToldAtOnce() throws Exception {
        open((TlsOptions.Builder) null);
        try (CapturedLog log = new CapturedLog()) {
            assertFails(
                    client(trusting("ca")),
                    Reason.CONNECT,
                    "the server closed the connection during the TLS handshake; is TLS enabled on that port?");
            log.await("it speaks TLS, and this end does not");
        }
    }

    @Test
    void aTlsClientDoesNotWaitForeverForAHandshake() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            BusClient<String, String> client = factory.newClient(
                    "localhost",
                    silent.getLocalPort(),
                    String.class,
                    String.class,
                    ClientOptions.builder()
                            .tls(TlsOptions.builder().handshakeTimeout(Duration.ofMillis(200)).build())
                            .build());
            assertFails(client, Reason.CONNECT, "no TLS handshake within 200 ms (handshakeTimeout)");
        }
    }

    @Test
    void aServerDoesNotWaitForeverForAHandshake() throws Exception {
        open(ServerOptions.builder()
                .frameTimeout(Duration.ofMillis(500))
                .tls(own("server").handshakeTimeout(Duration.ofMillis(200)).build()));
        try (Socket silent = new Socket("127.0.0.1", server.address().getPort());
                Socket slow = new Socket("127.0.0.1", server.address().getPort())) {
            silent.setSoTimeout(20_000);
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
            assertEquals(-1, silent.getInputStream().read());
            assertEquals(-1, slow.getInputStream().read());
        }
        assertEquals("re: a", ask(client(trusting("ca")), "a"));
    }

    @Test
    void whatIsNoTlsIsRefused() throws Exception {
        open(own("server"));
        byte[][] all = {
            {22, 3, 1, 0, 5, 99, 0, 0, 1, 0},
            {22, 9, 9, 0, 1, 0},
            {22, 3, 3, -1, -1, 0, 0, 0},
            {22, 3, 3, 0, 0},
            {0, 1, 0, 0, 0, 11},
            {(byte) 0x80, 46, 1, 3, 1}
        };
        for (byte[] bytes : all) {
            try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                assertTrue(in.readAllBytes().length <= 7, "at most an alert");
            }
        }
        assertEquals("re: a", ask(client(trusting("ca")), "a"));
    }

    @Test
    void replacedCertificatesAreTakenUpUnderLoadWithoutAFailure() throws Exception {
        Path certificate = temporary.resolve("server.pem");
        Path key = temporary.resolve("server.key");
        Files.copy(FILES.resolve("server.pem"), certificate);
        Files.copy(FILES.resolve("server.key"), key);
        open(TlsOptions.builder().certificate(certificate).privateKey(key));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger single = new AtomicInteger();
        List<Future<?>> load = new ArrayList<>();
        for (int poolSize : new int[] {2, 0}) {
            BusClient<String, String> client = client(trusting("ca"), options -> options.poolSize(poolSize));
            load.add(threads.submit(() -> {
                while (!over.get()) {
                    assertEquals("re: a", ask(client, "a"));
                    (poolSize == 0 ? single : kept).incrementAndGet();
                }
                return null;
            }));
        }
        TlsOptions.Builder wantsNext = trusting("ca").allowedPeers(List.of("CN=server 2,O=Example"));
        assertFails(client(wantsNext), Reason.CONNECT, "CN=server,O=Example");
        Files.copy(FILES.resolve("server2.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(FILES.resolve("server2.key"), key, StandardCopyOption.REPLACE_EXISTING);
        awaitAnswer(wantsNext);
        Files.writeString(key, "half a key");
        int before = single.get();
        long enough = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500);
        while (System.nanoTime() < enough || single.get() < before + 10) {
            assertEquals("re: a", ask(client(wantsNext), "a"), "what cannot be used does no harm");
        }
        over.set(true);
        for (Future<?> each : load) {
            each.get(20, TimeUnit.SECONDS);
        }
        assertTrue(kept.get() > 0 && single.get() > 0, kept + " and " + single);
    }

    private void awaitAnswer(TlsOptions.Builder tls) throws Exception {
        while (true) {
            try {
                assertEquals("re: a", ask(client(tls), "a"));
                return;
            } catch (BusException e) {
                assertTrue(e.getMessage().contains("not among the allowedPeers"), e.getMessage());
            }
        }
    }

    @Test
    void keysMayBeEncryptedOrInAKeyStore() throws Exception {
        open(TlsOptions.builder()
                .certificate(FILES.resolve("rsa.pem"))
                .privateKey(FILES.resolve("rsa-encrypted.key"))
                .password("secret"));
        assertEquals("re: a", ask(client(trusting("ca")), "a"));
        open(TlsOptions.builder().keyStore(FILES.resolve("server.p12")).password("secret"));
        assertEquals("re: a", ask(client(trusting("ca")), "a"));
    }

    static Stream<Arguments> badFiles() {
        return Stream.of(
                Arguments.of(own("missing"), "there is no file src/test/resources/tls/missing.pem"),
                Arguments.of(
                        TlsOptions.builder().certificate(FILES.resolve("server.pem")).privateKey(FILES.resolve("sec1.key")),
                        "has no private key as PEM of PKCS #8 (-----BEGIN PRIVATE KEY-----); it has a EC PRIVATE KEY, which"
                                + " 'openssl pkcs8 -topk8 -nocrypt -in FILE' converts"),
                Arguments.of(
                        TlsOptions.builder().certificate(FILES.resolve("server.pem")).privateKey(FILES.resolve("rsa.key")),
                        "the private key in src/test/resources/tls/rsa.key is not that of the certificate in"),
                Arguments.of(
                        TlsOptions.builder().certificate(FILES.resolve("server.pem")).privateKey(FILES.resolve("edge.key")),
                        "the private key in src/test/resources/tls/edge.key is not that of the certificate in"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("rsa.pem"))
                                .privateKey(FILES.resolve("rsa-encrypted.key")),
                        "is encrypted, and there is no password"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("rsa.pem"))
                                .privateKey(FILES.resolve("rsa-encrypted.key"))
                                .password("wrong"),
                        "could not be decrypted with its password"),
                Arguments.of(
                        TlsOptions.builder().keyStore(FILES.resolve("server.p12")).password("wrong"),
                        "the key store src/test/resources/tls/server.p12 cannot be read"),
                Arguments.of(
                        TlsOptions.builder().certificate(FILES.resolve("server.key")).privateKey(FILES.resolve("server.key")),
                        "has no certificate as PEM"));
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void filesThatCannotBeUsedAreToldWhenTheServerIsOpened(TlsOptions.Builder tls, String message) {
        BusException failure = assertThrows(BusException.class, () -> open(tls));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void filesThatCannotBeUsedAreToldWhenAClientSends() throws Exception {
        open(own("server"));
        assertFails(client(trusting("missing")), Reason.CONNECT, "TLS cannot be used: there is no file");
    }

    @Test
    void whatIsSentByteByByteArrives() throws Exception {
        open(own("server"));
        try (ServerSocket relay = new ServerSocket()) {
            relay.bind(new InetSocketAddress("127.0.0.1", 0));
            threads.submit(() -> {
                try (Socket in = relay.accept();
                        Socket out = new Socket("127.0.0.1", server.address().getPort())) {
                    in.setTcpNoDelay(true);
                    out.setTcpNoDelay(true);
                    Future<?> back = threads.submit(() -> copyByteByByte(out, in));
                    copyByteByByte(in, out);
                    return back.get();
                }
            });
            BusClient<String, String> client = factory.newClient(
                    "127.0.0.1",
                    relay.getLocalPort(),
                    String.class,
                    String.class,
                    ClientOptions.builder().tls(trusting("ca").build()).build());
            assertEquals("re: a", ask(client, "a"));
            String text = IntStream.range(0, 400).mapToObj(Integer::toString).reduce("", String::concat);
            assertEquals("re: " + text, ask(client, text));
        }
    }

    /** Before TLS 1.3 whoever is told so must end its own half at once. */
    @Test
    void aClientMayEndItsHalfAfterItsRequest() throws Exception {
        open(own("server"));
        try (SSLSocket socket = connectSecurely("TLSv1.3")) {
            socket.getOutputStream().write(RawPeer.frame("<requests><text>a</text></requests>"));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answer.contains("<text>re: a</text>"), answer);
        }
    }

    @Test
    void nobodyNegotiatesAgain() throws Exception {
        open(own("server"));
        try (SSLSocket socket = connectSecurely("TLSv1.2");
                RawPeer peer = new RawPeer(socket)) {
            peer.send(RawPeer.requests(1, "a"));
            assertEquals(RawPeer.responses(1, "re: a"), peer.receive());
            socket.startHandshake();
            assertThrows(IOException.class, () -> {
                peer.send(RawPeer.requests(2, "a"));
                assertNull(peer.receive());
                throw new IOException("it was ended");
            });
        }
        assertEquals(1, seen.size());
    }

    private SSLSocket connectSecurely(String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(FILES.resolve("ca.pem"))) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket("127.0.0.1", server.address().getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static Void copyByteByByte(Socket from, Socket to) throws IOException {
        int next;
        while ((next = from.getInputStream().read()) >= 0) {
            to.getOutputStream().write(next);
        }
        return null;
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ServerOptions.builder().tls(trusting("ca").build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerOptions.builder().tls(own("server").clientAuth(ClientAuth.REQUIRED).build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerOptions.builder()
                        .tls(own("server").allowedPeers(List.of("CN=edge")).build()));
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.builder().allowedPeers(List.of("edge")));
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.builder().protocols(List.of("TLSv1.1")));
        assertThrows(
                IllegalArgumentException.class,
                () -> TlsOptions.builder().certificate(FILES.resolve("server.pem")).build());
    }
}
