package org.slimta.bus.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.mail.Message;
import org.slimta.bus.mail.MessageCodec;
import org.slimta.bus.mail.Reply;
import org.slimta.bus.mail.ReplyCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Mail is sent to a server with TLS that asks for a certificate. */
@Timeout(30)
class SendOverTlsTest {

    /** The certificates of the provider's tests. */
    private static final Path CERTIFICATES = Path.of("../org.slimta.bus.impl/src/test/resources/tls")
            .toAbsolutePath()
            .normalize();

    private static final String ACCEPTED = "mail.eml  250 2.0.0 taken\n";

    @TempDir
    private Path folder;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new MessageCodec(), new ReplyCodec());
    private final FakeServices services = new FakeServices();
    private final SendCommand command = new SendCommand(factory, services.context());
    private BusServer<Message, Reply> server;
    private String address;

    @BeforeEach
    void serve() throws Exception {
        Files.writeString(
                folder.resolve("mail.eml"), "From: alice@example.com\r\nTo: bob@example.net\r\n\r\nHello\r\n");
        Files.copy(CERTIFICATES.resolve("ca.pem"), folder.resolve("ca.pem"));
        TlsOptions tls = TlsOptions.builder()
                .certificate(CERTIFICATES.resolve("server.pem"))
                .privateKey(CERTIFICATES.resolve("server.key"))
                .trust(CERTIFICATES.resolve("ca.pem"))
                .clientAuth(ClientAuth.WANTED)
                .build();
        server = factory.newServer(
                "127.0.0.1",
                0,
                Message.class,
                Reply.class,
                ServerOptions.builder().tls(tls).build());
        address = "localhost:" + server.address().getPort();
        new Thread(this::answer, "relay").start();
    }

    @AfterEach
    void close() {
        factory.close();
    }

    private void answer() {
        while (true) {
            try {
                ServerTransaction<Message, Reply> transaction = server.recvRequest();
                String identity = transaction.peer().identity() == null
                        ? ""
                        : " from " + transaction.peer().identity().subject();
                transaction.sendResponse(List.of(new Reply(250, "2.0.0 taken" + identity)));
            } catch (BusException | InterruptedException e) {
                return;
            }
        }
    }

    private String send(String... arguments) {
        return Printed.by(() -> command.send(new FakeSession(folder).session(), (Object[]) arguments));
    }

    @Test
    void anIssuerCanBeTrusted() {
        String printed = send("--tls-trust", "ca.pem", address, "mail.eml");
        assertTrue(printed.startsWith(ACCEPTED), printed);
    }

    @Test
    void aCertificateCanBeShown() {
        String printed = send(
                "--tls-trust=ca.pem",
                "--tls-certificate=" + CERTIFICATES.resolve("edge.pem"),
                "--tls-key=" + CERTIFICATES.resolve("edge.key"),
                address,
                "mail.eml");
        assertTrue(printed.matches("(?s)mail\\.eml  250 2\\.0\\.0 taken from .*CN=edge.*"), printed);
    }

    @Test
    void theIssuersOfTheJvmAreTrustedByDefault() {
        String printed = send("--tls", address, "mail.eml");
        assertTrue(printed.startsWith("mail.eml  failed: CONNECT: "), printed);
        assertTrue(printed.endsWith("failed: The mail was not accepted.\n"), printed);
    }

    @Test
    void theNameInTheCertificateCanBeGiven() {
        String printed = send("--tls-trust", "ca.pem", "--tls-name", "other.example.com", address, "mail.eml");
        assertTrue(printed.startsWith("mail.eml  failed: CONNECT: "), printed);
        assertTrue(printed.contains("other.example.com"), printed);
    }

    @Test
    void filesThatCannotBeUsedAreNamed() {
        assertEquals(
                "failed: The file none.pem of --tls-trust cannot be used: there is no file "
                        + folder.resolve("none.pem") + ".\n",
                send("--tls-trust", "none.pem", address, "mail.eml"));
        assertTrue(send("--tls-key", "ca.pem", address, "mail.eml")
                .startsWith("failed: The options --tls-certificate and --tls-key belong together. Usage: "));
    }

    @Test
    void aConfiguredBusHasItsOwnSettings() {
        services.add("client", Map.of("slimta.bus.name", "relay"));
        assertEquals(
                "failed: The options --tls... are for HOST:PORT. The configuration of the bus 'relay' has its TLS settings.\n",
                send("--tls", "relay", "mail.eml"));
    }
}
