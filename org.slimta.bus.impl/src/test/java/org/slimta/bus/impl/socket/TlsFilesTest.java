package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;

/** Certificates, keys and trust from files. */
class TlsFilesTest extends TlsFixture {

    @TempDir
    private Path temporary;

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
                        TlsOptions.builder()
                                .certificate(FILES.resolve("server.pem"))
                                .privateKey(FILES.resolve("sec1.key")),
                        "has no PKCS #8 private key in PEM (-----BEGIN PRIVATE KEY-----); convert its EC PRIVATE KEY with"
                                + " 'openssl pkcs8 -topk8 -nocrypt -in FILE'"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("server.pem"))
                                .privateKey(FILES.resolve("rsa.key")),
                        "the private key in src/test/resources/tls/rsa.key does not belong to the certificate in"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("server.pem"))
                                .privateKey(FILES.resolve("edge.key")),
                        "the private key in src/test/resources/tls/edge.key does not belong to the certificate in"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("rsa.pem"))
                                .privateKey(FILES.resolve("rsa-encrypted.key")),
                        "is encrypted, but no password is set"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("rsa.pem"))
                                .privateKey(FILES.resolve("rsa-encrypted.key"))
                                .password("wrong"),
                        "could not be decrypted: the password is wrong"),
                Arguments.of(
                        TlsOptions.builder()
                                .keyStore(FILES.resolve("server.p12"))
                                .password("wrong"),
                        "the key store src/test/resources/tls/server.p12 cannot be read"),
                Arguments.of(
                        TlsOptions.builder()
                                .certificate(FILES.resolve("server.key"))
                                .privateKey(FILES.resolve("server.key")),
                        "has no certificate in PEM"));
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void filesThatCannotBeUsedAreReportedWhenTheServerIsOpened(TlsOptions.Builder tls, String message) {
        BusException failure = assertThrows(BusException.class, () -> open(tls));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void filesThatCannotBeUsedAreReportedWhenAClientSends() throws Exception {
        open(own("server"));
        assertFails(client(trusting("missing")), Reason.CONNECT, "TLS cannot be used: there is no file");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerOptions.builder().tls(trusting("ca").build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerOptions.builder()
                        .tls(own("server").clientAuth(ClientAuth.REQUIRED).build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerOptions.builder()
                        .tls(own("server").allowedPeers(List.of("CN=edge")).build()));
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.builder().allowedPeers(List.of("edge")));
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.builder().protocols(List.of("TLSv1.1")));
        assertThrows(
                IllegalArgumentException.class,
                () -> TlsOptions.builder()
                        .certificate(FILES.resolve("server.pem"))
                        .build());
    }
}
