package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server that dies says nothing before; the other end is a raw socket. */
@Timeout(50)
class DiedServerTest {

    private StandaloneBusFactory factory;
    private ServerSocket listener;
    private BusClient<String, String> client;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec());
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        client = factory.newClient("127.0.0.1", listener.getLocalPort(), String.class, String.class);
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
    }

    @Test
    void aServerIsNotWaitedForWhenItsLastConnectionIsGone() throws Exception {
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = new RawPeer(listener.accept())) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            listener.close();
            ClientTransaction<String> refused = client.sendRequest(List.of("x".repeat(300_000)));
            CompletableFuture<?> end = refused.response().toCompletableFuture();
            assertThrows(
                    TimeoutException.class,
                    () -> end.get(300, TimeUnit.MILLISECONDS),
                    "as long as the server serves a connection it may be about to say that it is closing");
            peer.hangUp();
            BusException failure = assertThrows(BusException.class, refused::recvResponse);
            assertEquals(Reason.CONNECT, failure.reason());
            assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
        }
        assertEquals(
                Reason.CONNECT,
                assertThrows(BusException.class, client.sendRequest(List.of("b"))::recvResponse)
                        .reason());
    }

    /** Source: simultaneous open, RFC 9293, 3.5; Linux picks even ports for those who connect, one after the other. */
    @Test
    void nobodyIsConnectedToHimselfInItsPlace() throws Exception {
        client = factory.newClient("127.0.0.1", evenPort(listener.getLocalPort() & ~1), String.class, String.class);
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            sent.add(client.sendRequest(List.of("a")));
        }
        for (ClientTransaction<String> each : sent) {
            BusException failure = assertThrows(BusException.class, each::recvResponse);
            assertEquals(Reason.CONNECT, failure.reason(), failure.getMessage());
        }
    }

    private static int evenPort(int highest) throws IOException {
        for (int port = highest; ; port -= 2) {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                // Somebody has it.
            }
        }
    }
}
