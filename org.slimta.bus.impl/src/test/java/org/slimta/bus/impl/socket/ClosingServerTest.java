package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * A first request that arrives while its server closes is not lost: the client sends it to the next server. Between the two ends
 * stands a relay that holds back what the client sends.
 */
@Timeout(60)
class ClosingServerTest {

    private static final TlsOptions SERVER = TestTls.server().build();
    private static final TlsOptions CLIENT = TestTls.client().build();

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private StandaloneBusFactory serverSide;
    private StandaloneBusFactory clientSide;
    private ServerSocket relay;
    private volatile int target;
    private TlsOptions tls;

    @BeforeEach
    void open() throws Exception {
        serverSide = new StandaloneBusFactory(new TextCodec());
        clientSide = new StandaloneBusFactory(new TextCodec());
        relay = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        relay.close();
        clientSide.close();
        serverSide.close();
    }

    /** The first connection brings no more than so many bytes before it is released. */
    private void relay(int atFirst) {
        daemon(() -> {
            int most = atFirst;
            while (true) {
                Socket client = relay.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                int allowed = most;
                most = Integer.MAX_VALUE;
                daemon(() -> pass(client, server, allowed));
                daemon(() -> pass(server, client, Integer.MAX_VALUE));
            }
        });
    }

    private void pass(Socket from, Socket to, int atFirst) throws Exception {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[8192];
        int left = atFirst;
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            int now = Math.min(left, count);
            out.write(bytes, 0, now);
            left -= now;
            if (now < count) {
                held.countDown();
                released.await();
                out.write(bytes, now, count - now);
                left = Integer.MAX_VALUE;
            }
        }
        to.shutdownOutput();
    }

    private interface Task {

        void run() throws Exception;
    }

    private static Thread daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // The other end is gone, or the test is over.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private BusServer<String, String> openServer() throws BusException {
        BusServer<String, String> server = serverSide.newServer(
                "127.0.0.1",
                0,
                String.class,
                String.class,
                ServerOptions.builder().tls(tls).build());
        target = server.address().getPort();
        return server;
    }

    private BusClient<String, String> openClient() throws BusException {
        return clientSide.newClient(
                "127.0.0.1",
                relay.getLocalPort(),
                String.class,
                String.class,
                ClientOptions.builder()
                        .responseTimeout(Duration.ofSeconds(40))
                        .tls(tls == null ? null : CLIENT)
                        .build());
    }

    private static void answerOne(BusServer<String, String> server) throws Exception {
        ServerTransaction<String, String> transaction = server.recvRequest(Duration.ofSeconds(20));
        transaction.sendResponse(
                transaction.requests().stream().map("re: "::concat).toList());
    }

    @Test
    void aHandshakeUnderWayIsWaitedForLongerThanClientsThatDoNotCloseTheirEnds() throws Exception {
        tls = SERVER;
        BusServer<String, String> first = openServer();
        relay(clientHello());
        BusClient<String, String> client = openClient();
        ClientTransaction<String> sent = client.sendRequest(List.of("one"));
        assertTrue(held.await(20, TimeUnit.SECONDS));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), target)) {
            awaitPeers(first, 2);
            Thread closing = daemon(first::close);
            assertEquals(-1, silent.getInputStream().read(), "what has not even begun is given up");
            assertTrue(closing.isAlive());
            BusServer<String, String> second = openServer();
            released.countDown();
            answerOne(second);
            assertEquals(List.of("re: one"), sent.recvResponse());
            closing.join();
        }
    }

    /** More than the first record of a client takes, and less than that with the second. */
    private static int clientHello() {
        return 400;
    }

    private static void awaitPeers(BusServer<String, String> server, int count) {
        Await.until(count + " clients are connected", () -> {
            BusDTO bus = new BusDTO();
            ((SocketServer<String, String>) server).report(bus);
            return bus.peers >= count;
        });
    }

    @Test
    void aFirstRequestThatIsArrivingGoesElsewhere() throws Exception {
        BusServer<String, String> first = openServer();
        String large = "x".repeat(1_000_000);
        relay(1 << 19);
        BusClient<String, String> client = openClient();
        ClientTransaction<String> sent = client.sendRequest(List.of(large));
        assertTrue(held.await(20, TimeUnit.SECONDS));
        Thread closing = daemon(first::close);
        BusServer<String, String> second = openServer();
        closing.join();
        released.countDown();
        answerOne(second);
        assertEquals(List.of("re: " + large), sent.recvResponse());
    }
}
