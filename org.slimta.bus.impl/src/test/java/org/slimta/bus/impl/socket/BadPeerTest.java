package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;

/** A peer that does not keep to the protocol costs its own transactions at most. */
@Timeout(60)
class BadPeerTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @Test
    void aConnectionWhoseFrameDoesNotArriveInTimeIsClosed() throws Exception {
        BusServer<String, String> server = buses.server(
                ServerOptions.builder().frameTimeout(Duration.ofMillis(200)).build());
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {0, 1, 0});
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aServerThatLeavesWithoutAResponseFailsTheTransaction() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<String, String> client = buses.client(listener.getLocalPort(), ClientOptions.defaults());
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            try (Socket socket = listener.accept()) {
                socket.getInputStream().read();
            }
            assertEquals(Reason.CLOSED, failureOf(sent).reason());
        }
    }

    @Test
    void bytesThatAreNotAResponseFailTheTransaction() throws Exception {
        assertFailsFor(new byte[] {0, 0}, Reason.MALFORMED);
        assertFailsFor(new byte[] {0, 1, 0, 0, 0, 4, 'a', 'b', 'c', 'd'}, Reason.MALFORMED);
        assertFailsFor(RawPeer.frame("<requests></requests>"), Reason.MALFORMED);
        assertFailsFor(RawPeer.frame("<responses></responses>"), Reason.MISMATCH);
        assertFailsFor(RawPeer.frame("<responses><text>1</text><text>2</text></responses>"), Reason.MISMATCH);
        assertFailsFor(RawPeer.frame("<responses><text>" + TextCodec.UNREADABLE + "</text></responses>"), Reason.CODEC);
        assertFailsFor(new byte[] {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}, Reason.TOO_LARGE);
        assertFailsFor(new byte[] {0, 1, 0}, Reason.CLOSED);
    }

    private void assertFailsFor(byte[] response, Reason reason) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<String, String> client = buses.client(listener.getLocalPort(), ClientOptions.defaults());
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            try (Socket socket = listener.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write(response);
                socket.shutdownOutput();
                BusException failure = failureOf(sent);
                assertEquals(reason, failure.reason(), failure.getMessage());
                assertTrue(failure.getMessage().contains("peer 127.0.0.1:"), failure.getMessage());
            }
        }
    }

    @Test
    void aRequestThatIsParkedBehindABadOneIsReceived() throws Exception {
        BusServer<String, String> server =
                buses.server(ServerOptions.builder().queueSize(1).build());
        try (Socket bad = new Socket("127.0.0.1", server.address().getPort())) {
            bad.getOutputStream().write(RawPeer.frame("<nonsense"));
            BusClient<String, String> client = buses.client(server.address().getPort(), ClientOptions.defaults());
            List<ClientTransaction<String>> sent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sent.add(client.sendRequest(List.of("request " + i)));
            }
            for (int i = 0; i < 5; i++) {
                ServerTransaction<String, String> received = server.recvRequest(Duration.ofSeconds(20));
                received.sendResponse(received.requests());
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(List.of("request " + i), sent.get(i).recvResponse());
            }
        }
    }

    @Test
    void aResponseArrivesThoughTheClientSendsOnAfterItsRequest() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(RawPeer.frame("<requests><text>a</text></requests>"));
            ServerTransaction<String, String> received = server.recvRequest();
            socket.getOutputStream().write(new byte[10]);
            received.sendResponse(List.of("b"));
            try (InputStream in = socket.getInputStream()) {
                assertTrue(in.readAllBytes().length > 6);
            }
        }
    }
}
