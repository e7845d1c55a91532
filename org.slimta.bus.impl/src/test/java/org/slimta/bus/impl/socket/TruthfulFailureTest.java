package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/**
 * Where a client says that a transaction was not processed, it was not; and what one response does wrong is told of that
 * one.
 */
@Timeout(60)
class TruthfulFailureTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
        threads.shutdownNow();
    }

    private SocketClient<String, String> client(ClientOptions.Builder options) {
        return (SocketClient<String, String>)
                factory.newClient("127.0.0.1", listener.getLocalPort(), String.class, String.class, options.build());
    }

    private RawPeer keptPeer(BusClient<String, String> client) throws Exception {
        ClientTransaction<String> first = client.sendRequest(List.of("first"));
        RawPeer peer = new RawPeer(listener.accept());
        peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
        first.recvResponse();
        return peer;
    }

    private static List<ClientTransaction<String>> send(BusClient<String, String> client, RawPeer peer, int count)
            throws Exception {
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(client.sendRequest(List.of("a" + i)));
            peer.receive();
        }
        return sent;
    }

    @Test
    void aResponseOverALimitFailsNoOtherAsNotProcessed() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxXmlSize(1000).build();
        BusClient<String, String> client =
                client(ClientOptions.builder().poolSize(1).limits(limits));
        try (RawPeer peer = keptPeer(client)) {
            List<ClientTransaction<String>> sent = send(client, peer, 3);
            peer.send(RawPeer.responses(3, "x".repeat(5000)));
            for (int i : new int[] {0, 2}) {
                BusException failure = failureOf(sent.get(i));
                assertEquals(Outcome.UNKNOWN, failure.outcome(), failure.toString());
            }
        }
    }

    @Test
    void theOnlyOneThatItCanBeIsToldWhy() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxXmlSize(1000).build();
        BusClient<String, String> client =
                client(ClientOptions.builder().poolSize(1).limits(limits));
        try (RawPeer peer = keptPeer(client)) {
            List<ClientTransaction<String>> sent = send(client, peer, 1);
            peer.send(RawPeer.responses(2, "x".repeat(5000)));
            BusException failure = failureOf(sent.get(0));
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertTrue(failure.getMessage().contains("maxXmlSize of 1000"), failure.getMessage());
        }
    }

    @Test
    void whatIsNoFrameFailsThoseThatWereSentAsNotKnown() throws Exception {
        BusClient<String, String> client = client(ClientOptions.builder().poolSize(1));
        try (RawPeer peer = keptPeer(client)) {
            List<ClientTransaction<String>> sent = send(client, peer, 2);
            peer.send("<responses tx=\"2\"");
            assertEquals(Reason.CLOSED, failureOf(sent.get(0)).reason());
            assertEquals(Reason.CLOSED, failureOf(sent.get(1)).reason());
        }
    }

    /** A frame of which a part is missing. */
    private static byte[] partOf(String xml, int missing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(1);
        out.writeInt(xml.length() + missing);
        out.writeBytes(xml);
        return bytes.toByteArray();
    }

    @Test
    void memoryThatTheClientHasNotIsNoReasonToSayThatNothingWasProcessed() throws Exception {
        BusClient<String, String> client =
                client(ClientOptions.builder().poolSize(0).memoryLimit(1 << 20));
        List<ClientTransaction<String>> sent = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sent.add(client.sendRequest(List.of("a")));
            Socket socket = listener.accept();
            sockets.add(socket);
            new RawPeer(socket).receive();
        }
        for (Socket socket : sockets) { // Responses that do not get on hold all that there is.
            threads.submit(() -> {
                socket.getOutputStream().write(partOf("<responses><text>" + "x".repeat(900_000), 1000));
                return null;
            });
        }
        CompletableFuture<?>[] ends = sent.stream()
                .map(each -> each.response().handle((responses, failure) -> failure))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new);
        BusException failure = (BusException) CompletableFuture.anyOf(ends).get(40, TimeUnit.SECONDS);
        assertEquals(Reason.CLOSED, failure.reason());
        assertTrue(failure.getMessage().contains("memoryLimit (1048576)"), failure.getMessage());
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** A frame with an attachment of which some is missing. */
    private static byte[] withPartOf(String xml, int attachment, int missing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(2);
        out.writeInt(xml.length());
        out.writeBytes(xml);
        out.writeInt(attachment);
        out.write(new byte[attachment - missing]);
        return bytes.toByteArray();
    }

    @Test
    void memoryThatTheClientHasNotIsNoReasonToSaySoOnAKeptConnection() throws Exception {
        BusClient<String, String> client =
                client(ClientOptions.builder().poolSize(1).memoryLimit(1 << 20));
        try (RawPeer peer = keptPeer(client)) {
            List<ClientTransaction<String>> sent = new ArrayList<>();
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < 3; i++) { // What they hold leaves too little room for a response.
                sent.add(client.sendRequest(List.of("x".repeat(200_000))));
                numbers.add(RawPeer.tx(peer.receive()));
            }
            int missing = 50_000;
            byte[] stalled = withPartOf(RawPeer.responses(numbers.get(0), "1"), 900_000, missing);
            Future<?> sending = threads.submit(() -> {
                peer.sendBytes(stalled);
                return null;
            });
            BusException failure = failureOf(sent.get(0));
            assertEquals(Reason.CLOSED, failure.reason());
            assertTrue(failure.getMessage().contains("memoryLimit (1048576)"), failure.getMessage());
            sending.get(20, TimeUnit.SECONDS);
            peer.sendBytes(new byte[missing]);
            peer.send(RawPeer.responses(numbers.get(1), "2"));
            assertEquals(List.of("2"), sent.get(1).recvResponse());
        }
    }

    /** Passes TLS on, and changes a byte of what comes from the server over the newest connection when it is told to. */
    private void relay(int port, AtomicReference<AtomicBoolean> newest) throws IOException {
        while (true) {
            Socket near = listener.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            AtomicBoolean change = new AtomicBoolean();
            newest.set(change);
            threads.submit(() -> pass(near, far, new AtomicBoolean()));
            threads.submit(() -> pass(far, near, change));
        }
    }

    private static Void pass(Socket from, Socket to, AtomicBoolean change) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            int count;
            while ((count = in.read(buffer)) > 0) {
                if (change.getAndSet(false)) {
                    buffer[Math.min(count, 8) - 1] ^= 1; // In the first record: others may have come with it.
                }
                out.write(buffer, 0, count);
            }
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0})
    void aByteOfTlsThatWasChangedOnTheWayBackLeavesItOpen(int poolSize) throws Exception {
        ServerOptions serverOptions =
                ServerOptions.builder().tls(TestTls.server().build()).build();
        BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class, serverOptions);
        AtomicReference<AtomicBoolean> change = new AtomicReference<>();
        threads.submit(() -> {
            relay(server.address().getPort(), change);
            return null;
        });
        TlsOptions tls = TestTls.client().serverName("localhost").build();
        BusClient<String, String> client =
                client(ClientOptions.builder().poolSize(poolSize).tls(tls));
        ClientTransaction<String> good = client.sendRequest(List.of("good"));
        answer(server);
        assertEquals(List.of("good"), good.recvResponse());
        ClientTransaction<String> bad = client.sendRequest(List.of("bad"));
        ServerTransaction<String, String> handled = server.recvRequest();
        change.get().set(true);
        handled.sendResponse(handled.requests());
        BusException failure = failureOf(bad);
        assertEquals(Reason.CLOSED, failure.reason());
        assertTrue(failure.getMessage().contains("TLS failed"), failure.getMessage());
    }

    private static void answer(BusServer<String, String> server) throws Exception {
        ServerTransaction<String, String> transaction = server.recvRequest();
        transaction.sendResponse(transaction.requests());
    }

    private static ClientOptions.Builder oftenLooking() {
        return ClientOptions.builder().poolSize(1).connectTimeout(Duration.ofMillis(400));
    }

    @Test
    void aResponseThatTakesTooLongFailsTheOthersAsNotKnown() throws Exception {
        SocketClient<String, String> client = client(ClientOptions.builder().poolSize(1));
        try (RawPeer peer = keptPeer(client)) {
            ClientOptions impatient =
                    oftenLooking().responseTimeout(Duration.ofMillis(300)).build();
            client.reconfigure(impatient);
            ClientTransaction<String> slow = client.sendRequest(List.of("slow"));
            long tx = RawPeer.tx(peer.receive());
            client.reconfigure(oftenLooking().build());
            ClientTransaction<String> other = client.sendRequest(List.of("other"));
            peer.receive();
            peer.sendBytes(partOf(RawPeer.responses(tx, "1"), 1000));
            assertEquals(Reason.TIMEOUT, failureOf(slow).reason());
            client.reconfigure(impatient);
            assertEquals(Reason.CLOSED, failureOf(other).reason());
        }
    }

    /** The time of each is over at about the moment at which its connection comes about. */
    @Test
    void aTransactionThatFailsWithoutAConnectionWasNotProcessed() throws Exception {
        BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
        Set<String> handled = ConcurrentHashMap.newKeySet();
        threads.submit(new EchoServer<>(server, transaction -> {
            handled.addAll(transaction.requests());
            transaction.sendResponse(transaction.requests());
        }));
        Map<String, BusException> unprocessed = new HashMap<>();
        int answered = 0;
        for (int i = 0; i < 2000; i++) {
            String request = "request " + i;
            BusClient<String, String> client = factory.newClient(
                    "127.0.0.1",
                    server.address().getPort(),
                    String.class,
                    String.class,
                    ClientOptions.builder()
                            .poolSize(i % 2)
                            .responseTimeout(Duration.ofNanos(1 + i * 1000L))
                            .build());
            try {
                client.sendRequest(List.of(request)).recvResponse();
                answered++;
            } catch (BusException e) {
                if (e.outcome() == Outcome.NOT_PROCESSED) {
                    unprocessed.put(request, e);
                }
            }
            client.close();
        }
        server.close(); // What it has read is handled by then.
        unprocessed.forEach((request, failure) -> assertFalse(handled.contains(request), request + ": " + failure));
        assertTrue(!unprocessed.isEmpty() && answered > 0, unprocessed.size() + " and " + answered);
    }
}
