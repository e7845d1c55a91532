package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A client that was given the port of another service says what it found there. */
@Timeout(60)
class WrongPortTest {

    @ParameterizedTest
    @CsvSource({
        "220 mail.example.com ESMTP ready, SMTP",
        "HTTP/1.1 400 Bad Request, HTTP",
        "SSH-2.0-OpenSSH_9.2p1, SSH",
        "* OK IMAP4rev1 ready, IMAP",
        "+OK POP3 ready, POP3",
        "TLS, TLS"
    })
    void theFailureNamesTheProtocolOfTheOtherService(String greeting, String protocol) throws Exception {
        byte[] alert = HexFormat.of().parseHex("15030300020228");
        byte[] bytes = greeting.equals("TLS") ? alert : (greeting + "\r\n").getBytes(US_ASCII);
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            Thread server = new Thread(() -> greet(other, bytes));
            server.setDaemon(true);
            server.start();
            BusClient<String, String> client =
                    factory.newClient("127.0.0.1", other.getLocalPort(), String.class, String.class);
            BusException failure = assertThrows(
                    BusException.class,
                    () -> client.sendRequest(List.of("text")).recvResponse());
            assertEquals(Reason.MALFORMED, failure.reason(), failure.getMessage());
            assertTrue(failure.getMessage().contains(protocol), failure.getMessage());
            assertTrue(failure.getMessage().contains(":" + other.getLocalPort()), failure.getMessage());
        }
    }

    private static void greet(ServerSocket listener, byte[] greeting) {
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write(greeting);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The client has gone.
        }
    }
}
