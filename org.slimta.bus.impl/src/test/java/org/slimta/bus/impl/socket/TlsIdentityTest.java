package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.impl.CapturedLog;

/** With TLS each end knows who its peer is. A peer that is not accepted is told why. */
class TlsIdentityTest extends TlsFixture {

    @Test
    void aPeerIsKnownByItsCertificate() throws Exception {
        open(own("server").trust(FILES.resolve("ca.pem")).clientAuth(ClientAuth.REQUIRED));
        assertEquals("re: a", ask(client(own("edge").trust(FILES.resolve("ca.pem"))), "a"));
        PeerIdentity identity = seen.get(0);
        assertEquals("CN=edge,O=Example", identity.subject());
        assertEquals(
                List.of("DNS:edge.example.com", "URI:spiffe://example/edge", "IP:192.0.2.1", "EMAIL:edge@example.com"),
                identity.names());
        assertEquals(
                identity.subject(),
                identity.certificate().getSubjectX500Principal().getName());
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
                Arguments.of(
                        "foreign", "was issued by CN=Foreign authority,O=Elsewhere, which is not among the trusted"),
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
    void anExpiredCertificateIsRefusedEvenIfItIsTrustedItself() throws Exception {
        open(own("expired"));
        assertFails(client(trusting("expired")), Reason.CONNECT, "localhost:", "expired on 2021-01-01T00:00:00Z");
    }

    @Test
    void theNameOfTheServerMayBeAnotherThanTheHost() throws Exception {
        open(own("elsewhere"));
        assertEquals("re: a", ask(client(trusting("ca").serverName("elsewhere.example.com")), "a"));
        assertEquals("re: a", ask(client(trusting("ca").checkServerName(false)), "a"));
    }

    static Stream<Arguments> badClients() {
        return Stream.of(
                Arguments.of(null, "the client sent no certificate, but must send one"),
                Arguments.of("expired", "the certificate of CN=expired,O=Example expired on 2021-01-01T00:00:00Z"),
                Arguments.of("self-signed", "the certificate of CN=self-signed is self-signed"),
                Arguments.of(
                        "foreign", "was issued by CN=Foreign authority,O=Elsewhere, which is not among the trusted"),
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
    @ValueSource(
            strings = {
                "CN=edge,O=Example",
                "cn=Edge, o=example",
                "DNS:EDGE.example.com",
                "URI:spiffe://example/edge",
                "IP:192.0.2.1",
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
}
