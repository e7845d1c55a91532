package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.fixture.Await;

/** A client with TLS whose server uses TLS no more fails at once, and makes few attempts until that is corrected. */
@Timeout(120)
class TlsToPlainTest extends TlsFixture {

    private static BusException failure(BusClient<String, String> client) {
        return assertThrows(BusException.class, () -> ask(client, "a"));
    }

    private static boolean isAnswered(BusClient<String, String> client) throws Exception {
        try {
            return ask(client, "a").equals("re: a");
        } catch (BusException e) {
            return false;
        }
    }

    @SuppressWarnings("unchecked")
    private void reconfigure(ServerOptions.Builder options) throws Exception {
        ((SocketServer<String, String>) server).reconfigure(options.build());
    }

    /** The server announces on the kept connection that it is closing, so at first it is expected back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void transactionsFailAtOnceAndWorkAgainWhenTheServerUsesTlsAgain(int poolSize) throws Exception {
        open(own("server"));
        BusClient<String, String> client = client(trusting("ca"), options -> options.poolSize(poolSize));
        assertEquals("re: a", ask(client, "a"));
        reconfigure(ServerOptions.builder());
        Await.until("a transaction fails", () -> !isAnswered(client));
        for (int i = 0; i < 100; i++) {
            BusException failure = failure(client);
            assertEquals(Reason.CONNECT, failure.reason());
            assertTrue(
                    failure.getMessage()
                            .contains("the peer refused the TLS handshake with the alert unexpected_message:"
                                    + " perhaps it does not use TLS"),
                    failure.getMessage());
        }
        reconfigure(ServerOptions.builder().tls(own("server").build()));
        Await.until("it is answered", () -> isAnswered(client));
    }

    @Test
    void aServerThatSendsOtherBytesIsLeftAloneForAWhile() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.submit(() -> {
                while (true) {
                    try (Socket socket = plain.accept()) {
                        accepted.incrementAndGet();
                        socket.getOutputStream().write("220 mail.example.com\r\n".getBytes(StandardCharsets.UTF_8));
                        socket.getInputStream().read();
                    } catch (IOException e) {
                        return null;
                    }
                }
            });
            BusClient<String, String> client = factory.newClient(
                    "127.0.0.1",
                    plain.getLocalPort(),
                    String.class,
                    String.class,
                    ClientOptions.builder().tls(trusting("ca").build()).build());
            for (int i = 0; i < 200; i++) {
                BusException failure = failure(client);
                assertEquals(Reason.CONNECT, failure.reason());
                assertTrue(failure.getMessage().contains("bytes that are not a TLS record"), failure.getMessage());
            }
            assertTrue(accepted.get() <= 20, accepted + " attempts for 200 transactions");
        }
    }

    @Test
    void aServerWithoutTlsAnswersAHandshakeWithAnAlert() throws Exception {
        open(ServerOptions.builder());
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 5, 1, 0, 0, 1, 3});
            assertArrayEquals(
                    new byte[] {21, 3, 3, 0, 2, 2, 10}, socket.getInputStream().readAllBytes());
        }
    }
}
