package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.TlsOptions.ClientAuth;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Other settings of TLS hold for connections that are open too: they are drained, and nothing is lost. */
@Timeout(60)
class ReconfiguredServerTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private SocketServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
        threads.shutdownNow();
    }

    private static TlsOptions.Builder own(String name) {
        return TestTls.own(name).trust(TestTls.FILES.resolve("ca.pem"));
    }

    private static ServerOptions options(TlsOptions.Builder tls) {
        return ServerOptions.builder().tls(tls == null ? null : tls.build()).build();
    }

    private void open(TlsOptions.Builder tls) throws Exception {
        server = (SocketServer<String, String>)
                factory.newServer("127.0.0.1", 0, String.class, String.class, options(tls));
        threads.submit(EchoServer.of(server));
    }

    private BusClient<String, String> client(TlsOptions.Builder tls) {
        ClientOptions options =
                ClientOptions.builder().poolSize(1).tls(tls.build()).build();
        return factory.newClient("localhost", server.address().getPort(), String.class, String.class, options);
    }

    private static String ask(BusClient<String, String> client) throws Exception {
        return client.sendRequest(List.of("x")).recvResponse().get(0);
    }

    @Test
    void aClientThatMayNotConnectAnyMoreIsCutOff() throws Exception {
        open(own("server"));
        BusClient<String, String> anonymous = client(TestTls.client());
        BusClient<String, String> edge = client(own("edge"));
        assertEquals("x", ask(anonymous));
        assertEquals("x", ask(edge));
        server.reconfigure(options(own("server").clientAuth(ClientAuth.REQUIRED)));
        awaitRefused(anonymous);
        assertEquals("x", ask(edge));
        server.reconfigure(
                options(own("server").clientAuth(ClientAuth.REQUIRED).allowedPeers(List.of("CN=somebody else"))));
        awaitRefused(edge);
    }

    /** What is sent before it is told to go elsewhere is still answered. */
    private static void awaitRefused(BusClient<String, String> client) {
        assertThrows(BusException.class, () -> {
            while (true) {
                ask(client);
            }
        });
    }

    @Test
    void aClientThatMayStillConnectLosesNothing() throws Exception {
        open(own("server"));
        BusClient<String, String> edge = client(own("edge"));
        Future<?> asking = threads.submit(() -> {
            for (int i = 0; i < 500; i++) {
                assertEquals("x", ask(edge));
            }
            return null;
        });
        for (int i = 0; !asking.isDone(); i++) {
            server.reconfigure(options(own("server").clientAuth(i % 2 == 0 ? ClientAuth.REQUIRED : ClientAuth.NONE)));
        }
        asking.get();
    }

    @Test
    void aConnectionThatWasAcceptedBeforeAndIsServedAfterwardsIsDrained() throws Exception {
        open(null);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ListeningSocket entrance =
                new ListeningSocket(server.context().network().transport(), any, connection -> {
                    ServerConnection<String, String> accepted = server.newConnection(connection);
                    try {
                        server.reconfigure(options(own("server")));
                    } catch (BusException e) {
                        throw new IllegalStateException(e);
                    }
                    server.serve(accepted);
                });
        try (RawPeer plain = new RawPeer(
                new Socket(entrance.address().getAddress(), entrance.address().getPort()))) {
            plain.send(RawPeer.requests(1, "what it may have sent before it could know"));
            assertEquals(RawPeer.responses(1, "what it may have sent before it could know"), withoutDrains(plain));
            assertNull(withoutDrains(plain));
        }
        entrance.close(() -> true);
    }

    /** What it receives that says something else than that it is to go elsewhere. */
    private static String withoutDrains(RawPeer peer) throws Exception {
        String xml = peer.receive();
        while (xml != null && xml.contains("drain=")) {
            xml = peer.receive();
        }
        return xml;
    }
}
