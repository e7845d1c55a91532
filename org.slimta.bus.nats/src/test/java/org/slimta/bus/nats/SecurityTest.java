package org.slimta.bus.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.nats.fixture.NatsNode;
import org.slimta.bus.nats.fixture.NatsOperator;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Who may connect to a node, and whom the node may pose as. Each refusal says what to do. */
class SecurityTest {

    private static final Path KEYS =
            Path.of("../org.slimta.bus.impl/src/test/resources/tls").toAbsolutePath();
    private static final String SEED = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private static final String PUBLIC_KEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private NatsNode node(String... configuration) {
        NatsNode node = NatsNode.start(folder, configuration);
        opened.add(node);
        return node;
    }

    private NatsBusFactory connect(NatsOptions.Builder options, NatsNode node) {
        StandaloneBusFactory buses = new StandaloneBusFactory(new TextCodec());
        opened.add(buses);
        NatsBusFactory factory =
                new NatsBusFactory(options.servers(List.of(node.url())).build(), buses);
        opened.add(factory);
        return factory;
    }

    private void serve(NatsBusFactory factory) {
        BusServer<String, String> server =
                factory.newServer("mail", String.class, String.class, ServerOptions.defaults());
        opened.add(server);
        server.serve(batch -> CompletableFuture.completedFuture(batch.requests()));
    }

    private String send(NatsBusFactory factory, Duration sendTimeout) throws Exception {
        BusClient<String, String> client = factory.newClient(
                "mail",
                String.class,
                String.class,
                ClientOptions.builder().sendTimeout(sendTimeout).build());
        opened.add(client);
        return client.sendRequest(List.of("x")).recvResponse().get(0);
    }

    private void works(NatsOptions.Builder options, NatsNode node) throws Exception {
        NatsBusFactory factory = connect(options, node);
        serve(factory);
        assertEquals("x", send(factory, Duration.ofSeconds(20)));
    }

    private void fails(NatsOptions.Builder options, NatsNode node, String... words) {
        fails(connect(options, node), words);
    }

    /** Sends until the failure has all words: connecting may not have come so far before. */
    private void fails(NatsBusFactory factory, String... words) {
        BusClient<String, String> client = factory.newClient(
                "mail",
                String.class,
                String.class,
                ClientOptions.builder().sendTimeout(Duration.ofMillis(300)).build());
        opened.add(client);
        Await.until("a failure with " + List.of(words), () -> {
            BusException failure = assertThrows(
                    BusException.class, () -> client.sendRequest(List.of("x")).recvResponse());
            assertEquals(Reason.CONNECT, failure.reason(), failure.getMessage());
            assertEquals(Outcome.NOT_PROCESSED, failure.outcome());
            return List.of(words).stream().allMatch(failure.getMessage()::contains);
        });
    }

    @Test
    void aUserNeedsItsPassword() throws Exception {
        NatsNode node = node("authorization { user: edge, password: secret }");
        works(NatsOptions.builder().user("edge", "secret"), node);
        fails(NatsOptions.builder().user("edge", "wrong"), node, "refuses the credentials", "user and password");
        fails(NatsOptions.builder(), node, "refuses the credentials");
    }

    @Test
    void aTokenIsCompared() throws Exception {
        NatsNode node = node("authorization { token: secret }");
        works(NatsOptions.builder().token("secret"), node);
        fails(NatsOptions.builder().token("wrong"), node, "refuses the credentials");
    }

    @Test
    void aKeyIsProvedWithASignature() throws Exception {
        NatsNode node = node("authorization { users: [ { nkey: " + PUBLIC_KEY + " } ] }");
        Path seed = Files.writeString(folder.resolve("seed"), SEED + "\n");
        works(NatsOptions.builder().nkey(seed), node);
        Path damaged = Files.writeString(folder.resolve("damaged"), SEED.replace("HUDX", "HUDY"));
        fails(NatsOptions.builder().nkey(damaged), node, damaged.toString(), "checksum");
        Path absent = folder.resolve("absent");
        fails(NatsOptions.builder().nkey(absent), node, absent.toString(), "cannot be read");
    }

    private static String credentials(NatsOperator operator, Instant expires, boolean isServer) {
        return isServer
                ? operator.credentials(
                        expires, "slimta.bus.*.news slimta.bus.*.c.>", "slimta.bus.*.who slimta.bus.*.s.>")
                : operator.credentials(
                        expires, "slimta.bus.*.who slimta.bus.*.s.>", "slimta.bus.*.c.edge.> slimta.bus.*.news");
    }

    @Test
    void aJwtIsProvedWithASignatureAndReadAgainForTheNextConnection() throws Exception {
        NatsOperator operator = new NatsOperator();
        NatsNode node = node(operator.configuration());
        Instant later = Instant.now().plusSeconds(3600);
        Path server = Files.writeString(folder.resolve("relay.creds"), credentials(operator, later, true));
        serve(connect(NatsOptions.builder().credentials(server), node));
        Path client = Files.writeString(
                folder.resolve("edge.creds"),
                credentials(operator, Instant.now().minusSeconds(10), false));
        NatsBusFactory edge = connect(NatsOptions.builder().credentials(client).user("edge", ""), node);
        fails(edge, "refuses the credentials");
        Files.writeString(client, credentials(new NatsOperator(), later, false));
        fails(edge, "refuses the credentials");
        Files.writeString(client, credentials(operator, later, false));
        assertEquals("x", send(edge, Duration.ofSeconds(20)));
    }

    private static String tls(String certificate) {
        return "tls { cert_file: \"" + KEYS.resolve(certificate + ".pem") + "\", key_file: \""
                + KEYS.resolve(certificate + ".key") + "\", ca_file: \"" + KEYS.resolve("ca.pem")
                + "\", timeout: 5 }";
    }

    private static TlsOptions.Builder trusting(String authority) {
        return TlsOptions.builder().trust(KEYS.resolve(authority + ".pem"));
    }

    @Test
    void theNodeNeedsACertificateForItsName() throws Exception {
        NatsNode node = node(tls("elsewhere"));
        fails(NatsOptions.builder().tls(trusting("ca").build()), node, "certificate", "127.0.0.1");
        works(NatsOptions.builder().tls(trusting("ca").checkServerName(false).build()), node);
    }

    @Test
    void theNodeNeedsACertificateOfATrustedIssuer() throws Exception {
        NatsNode node = node(tls("server"));
        works(NatsOptions.builder().tls(trusting("ca").build()), node);
        fails(NatsOptions.builder().tls(trusting("foreign-ca").build()), node, "not among the trusted certificates");
        fails(NatsOptions.builder(), node, "no node can be reached");
    }

    @Test
    void nothingIsSentToANodeInPlainTextIfTlsIsOn() {
        NatsNode node = node("");
        fails(NatsOptions.builder().tls(trusting("ca").build()), node, "no node can be reached", "SSL");
    }

    @Test
    void aClientCertificateThatIsReplacedIsUsedForTheNextConnection() throws Exception {
        NatsNode node = node(tls("server").replace("timeout", "verify: true, timeout"));
        fails(NatsOptions.builder().tls(trusting("ca").build()), node, "no node can be reached");
        Path certificate = Files.copy(KEYS.resolve("foreign.pem"), folder.resolve("own.pem"));
        Path key = Files.copy(KEYS.resolve("foreign.key"), folder.resolve("own.key"));
        NatsBusFactory factory = connect(
                NatsOptions.builder()
                        .tls(trusting("ca")
                                .certificate(certificate)
                                .privateKey(key)
                                .build()),
                node);
        serve(factory);
        fails(factory, "no node can be reached");
        Files.copy(KEYS.resolve("edge.key"), key, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(KEYS.resolve("edge.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("x", send(factory, Duration.ofSeconds(20)));
    }

    private static String permissions(String... clientPublish) {
        return "authorization { users: [\n"
                + "{ user: edge, password: e, permissions: { publish: [\"" + String.join("\", \"", clientPublish)
                + "\"], subscribe: [\"slimta.bus.*.c.edge.>\", \"slimta.bus.*.news\"] } }\n"
                + "{ user: relay, password: r, permissions: { publish: [\"slimta.bus.*.news\", \"slimta.bus.*.c.>\"],"
                + " subscribe: [\"slimta.bus.*.who\", \"slimta.bus.*.s.>\"] } }\n] }";
    }

    @Test
    void theRecommendedPermissionsSuffice() throws Exception {
        NatsNode node = node(permissions("slimta.bus.*.who", "slimta.bus.*.s.>"));
        serve(connect(NatsOptions.builder().user("relay", "r"), node));
        NatsBusFactory edge = connect(NatsOptions.builder().user("edge", "e"), node);
        assertEquals("x", send(edge, Duration.ofSeconds(20)));
    }

    @Test
    void aMissingPermissionIsNamed() {
        NatsNode node = node(permissions("slimta.bus.*.who"));
        serve(connect(NatsOptions.builder().user("relay", "r"), node));
        fails(connect(NatsOptions.builder().user("edge", "e"), node), "Permissions Violation", "slimta.bus.mail.s.");
        fails(connect(NatsOptions.builder().user("relay", "r"), node), "Permissions Violation", "slimta.bus.mail.");
    }
}
