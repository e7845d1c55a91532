package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;

/** How clients and servers find each other. */
@Timeout(60)
class SocketConnectingTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void aServerIsReachedByIpv4AndIpv6(String host) throws Exception {
        BusServer<String, String> server = buses.factory().newServer(host, 0, String.class, String.class);
        assertTrue(server.address().getPort() > 0);
        BusClient<String, String> client =
                buses.factory().newClient(host, server.address().getPort(), String.class, String.class);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        assertTrue(received.peer().address().getAddress().isLoopbackAddress());
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void aPortWithoutAServerIsReported() throws Exception {
        int port = unusedPort();
        BusException failure =
                failureOf(buses.client(port, ClientOptions.defaults()).sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
        assertTrue(failure.getMessage().contains("is the server running"), failure.getMessage());
    }

    @Test
    void anUnknownHostIsReported() throws Exception {
        BusClient<String, String> client =
                buses.factory().newClient("no-such-host.invalid", 25, String.class, String.class);
        BusException failure = failureOf(client.sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("host name is unknown"), failure.getMessage());
    }

    @Test
    void aPortThatIsTakenCannotBeOpened() throws Exception {
        int port = buses.server(ServerOptions.defaults()).address().getPort();
        BusException failure = assertThrows(
                BusException.class,
                () -> buses.factory()
                        .newServer(
                                "127.0.0.1",
                                port,
                                String.class,
                                String.class,
                                ServerOptions.builder().name("relay").build()));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(
                failure.getMessage().startsWith("bus relay: cannot listen on 127.0.0.1:" + port), failure.getMessage());
    }

    @Test
    void aConnectionThatIsNotAcceptedInTimeFails() throws Exception {
        // A listener that never accepts, with a full backlog, leaves further connections hanging.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> filling = new ArrayList<>();
            InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket();
                socket.connect(address, 1000);
                filling.add(socket);
            }
            ClientOptions options = ClientOptions.builder()
                    .connectTimeout(Duration.ofMillis(200))
                    .build();
            BusException failure =
                    failureOf(buses.client(full.getLocalPort(), options).sendRequest(List.of("a")));
            assertEquals(Reason.CONNECT, failure.reason());
            assertTrue(failure.getMessage().contains("200 ms (connectTimeout)"), failure.getMessage());
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosed() throws Exception {
        BusServer<String, String> server =
                buses.server(ServerOptions.builder().maxConnections(1).build());
        BusClient<String, String> client = buses.client(server.address().getPort(), ClientOptions.defaults());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        try (Socket second = new Socket("127.0.0.1", server.address().getPort())) {
            second.setSoTimeout(20_000);
            assertEquals(-1, second.getInputStream().read());
        }
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), first.recvResponse());
    }

    private static int unusedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
