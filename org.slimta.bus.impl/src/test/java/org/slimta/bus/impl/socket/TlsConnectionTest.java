package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.RawPeer;

/** Handshakes and bytes of connections with TLS, with good peers and with bad ones. */
class TlsConnectionTest extends TlsFixture {

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
                assertEquals(
                        List.of("re: n" + i + "y".repeat(i * 50)), all.get(i).recvResponse());
            }
        }
    }

    @Test
    void versionsWithoutACommonOneAreReported() throws Exception {
        open(own("server").protocols(List.of("TLSv1.3")));
        assertFails(
                client(trusting("ca").protocols(List.of("TLSv1.2"))),
                Reason.CONNECT,
                "protocol_version: it supports none of the TLS versions that are enabled here");
    }

    @Test
    void aPlainClientOnATlsPortIsNotifiedAtOnce() throws Exception {
        open(own("server"));
        assertFails(
                client(null), Reason.MALFORMED, "the peer uses TLS, but TLS is off for this bus; set tls at both ends");
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(RawPeer.frame("<requests/>"));
            assertArrayEquals(
                    new byte[] {21, 3, 3, 0, 2, 2, 10}, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void aTlsClientOnAPlainPortIsNotifiedAtOnce() throws Exception {
        open((TlsOptions.Builder) null);
        try (CapturedLog log = new CapturedLog()) {
            assertFails(
                    client(trusting("ca")),
                    Reason.CONNECT,
                    "the peer refused the TLS handshake with the alert unexpected_message: perhaps it does not use TLS;"
                            + " is TLS enabled on that port?");
            log.await("the peer uses TLS, but TLS is off for this bus");
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
                            .tls(TlsOptions.builder()
                                    .handshakeTimeout(Duration.ofMillis(200))
                                    .build())
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
    void bytesThatAreNotTlsAreRefused() throws Exception {
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
    void aFrameThatIsSentByteByByteArrives() throws Exception {
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
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort());
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
}
