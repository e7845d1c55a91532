package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.impl.fixture.Await;

@Timeout(60)
class SocketBusTest {

    private StandaloneBusFactory factory;

    @BeforeEach
    void open() {
        factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
    }

    @AfterEach
    void close() {
        factory.close();
    }

    private BusServer<String, String> newServer(ServerOptions options) throws BusException {
        return factory.newServer("127.0.0.1", 0, String.class, String.class, options);
    }

    private BusClient<String, String> newClient(int port, ClientOptions options) {
        return factory.newClient("127.0.0.1", port, String.class, String.class, options);
    }

    private static int unusedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void bothVersionsOfIpServe(String host) throws Exception {
        BusServer<String, String> server = factory.newServer(host, 0, String.class, String.class);
        assertTrue(server.address().getPort() > 0);
        BusClient<String, String> client =
                factory.newClient(host, server.address().getPort(), String.class, String.class);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        assertTrue(received.peer().address().getAddress().isLoopbackAddress());
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void objectsAreCopied() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        String request = "a long enough string";
        newClient(server.address().getPort(), ClientOptions.defaults()).sendRequest(List.of(request));
        String received = server.recvRequest().requests().get(0);
        assertEquals(request, received);
        assertNotSame(request, received);
    }

    @Test
    void nobodyListening() throws Exception {
        int port = unusedPort();
        BusException failure = failureOf(newClient(port, ClientOptions.defaults()).sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
        assertTrue(failure.getMessage().contains("is the server running"), failure.getMessage());
    }

    @Test
    void anUnknownHost() throws Exception {
        BusClient<String, String> client = factory.newClient("no-such-host.invalid", 25, String.class, String.class);
        BusException failure = failureOf(client.sendRequest(List.of("a")));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().contains("host name is unknown"), failure.getMessage());
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        int port = newServer(ServerOptions.defaults()).address().getPort();
        BusException failure = assertThrows(
                BusException.class,
                () -> factory.newServer(
                        "127.0.0.1",
                        port,
                        String.class,
                        String.class,
                        ServerOptions.builder().name("relay").build()));
        assertEquals(Reason.CONNECT, failure.reason());
        assertTrue(failure.getMessage().startsWith("bus relay: cannot listen on 127.0.0.1:" + port), failure.getMessage());
    }

    @Test
    void aClosedServersPortIsFree() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        int port = server.address().getPort();
        for (int i = 0; i < 10; i++) {
            server.close();
            server = factory.newServer("127.0.0.1", port, String.class, String.class);
        }
    }

    @Test
    void aConnectionThatDoesNotComeAboutInTime() throws Exception {
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
            BusException failure = failureOf(newClient(full.getLocalPort(), options).sendRequest(List.of("a")));
            assertEquals(Reason.CONNECT, failure.reason());
            assertTrue(failure.getMessage().contains("200 ms (connectTimeout)"), failure.getMessage());
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void aFrameThatDoesNotArriveInTime() throws Exception {
        BusServer<String, String> server = newServer(
                ServerOptions.builder().frameTimeout(Duration.ofMillis(200)).build());
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {0, 1, 0});
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aServerThatGoesAwayWithoutAnAnswer() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<String, String> client = newClient(listener.getLocalPort(), ClientOptions.defaults());
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            try (Socket socket = listener.accept()) {
                socket.getInputStream().read();
            }
            assertEquals(Reason.CLOSED, failureOf(sent).reason());
        }
    }

    @Test
    void whatIsNoResponse() throws Exception {
        assertFailsFor(new byte[] {0, 0}, Reason.MALFORMED);
        assertFailsFor(new byte[] {0, 1, 0, 0, 0, 4, 'a', 'b', 'c', 'd'}, Reason.MALFORMED);
        assertFailsFor(frame("<requests></requests>"), Reason.MALFORMED);
        assertFailsFor(frame("<responses></responses>"), Reason.MISMATCH);
        assertFailsFor(frame("<responses><text>1</text><text>2</text></responses>"), Reason.MISMATCH);
        assertFailsFor(frame("<responses><text>" + TextCodec.UNREADABLE + "</text></responses>"), Reason.CODEC);
        assertFailsFor(new byte[] {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}, Reason.TOO_LARGE);
        assertFailsFor(new byte[] {0, 1, 0}, Reason.CLOSED);
    }

    private static byte[] frame(String xml) {
        byte[] frame = new byte[6 + xml.length()];
        frame[1] = 1;
        frame[5] = (byte) xml.length();
        System.arraycopy(xml.getBytes(StandardCharsets.US_ASCII), 0, frame, 6, xml.length());
        return frame;
    }

    private void assertFailsFor(byte[] response, Reason reason) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<String, String> client = newClient(listener.getLocalPort(), ClientOptions.defaults());
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
    void whatTheCodecCannotWriteIsNotSent() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        BusClient<String, String> client = newClient(server.address().getPort(), ClientOptions.defaults());
        assertEquals(
                Reason.CODEC,
                failureOf(client.sendRequest(List.of(TextCodec.UNWRITABLE))).reason());
        assertEquals(
                Reason.CODEC, failureOf(client.sendRequest(List.of("\u0001"))).reason());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        BusException refused =
                assertThrows(BusException.class, () -> received.sendResponse(List.of(TextCodec.UNWRITABLE)));
        assertEquals(Reason.CODEC, refused.reason());
        assertEquals(Reason.CODEC, failureOf(sent).reason());
    }

    @Test
    void anErrorInACodecCostsOnlyItsTransaction() throws Exception {
        BusServer<String, String> server = newServer(
                ServerOptions.builder().drainTimeout(Duration.ofSeconds(50)).build());
        BusClient<String, String> client = newClient(server.address().getPort(), ClientOptions.defaults());
        FutureTask<ServerTransaction<String, String>> receiving = new FutureTask<>(server::recvRequest);
        new Thread(receiving).start();
        assertEquals(
                Reason.CODEC,
                failureOf(client.sendRequest(List.of(TextCodec.BREAKING))).reason());
        ClientTransaction<String> good = client.sendRequest(List.of("good"));
        ServerTransaction<String, String> received = receiving.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("good"), received.requests());
        received.sendResponse(List.of(TextCodec.BREAKING));
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        good.response().whenComplete((none, failure) -> failed.complete(failure));
        assertEquals(Reason.CODEC, ((BusException) failed.get(20, TimeUnit.SECONDS)).reason());
        ClientTransaction<String> other = client.sendRequest(List.of("other"));
        ServerTransaction<String, String> last = server.recvRequest();
        assertEquals(
                Reason.CODEC,
                assertThrows(BusException.class, () -> last.sendResponse(List.of(TextCodec.BREAKING_WRITER)))
                        .reason());
        assertEquals(Reason.CODEC, failureOf(other).reason());
        server.close();
    }

    @Test
    void anAttachmentThatMisbehavesCostsOnlyItsTransaction() throws Exception {
        BusServer<Attachment, Attachment> server =
                factory.newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                factory.newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        for (Attachment bad : List.of(
                new StrangeAttachment(100, 50, true),
                new StrangeAttachment(100, 5_000_000, true),
                new StrangeAttachment(100, 50, false),
                new StrangeAttachment(100, 150, false),
                new StrangeAttachment(-1, 0, false),
                new StrangeAttachment(100, -1, false))) {
            assertEquals(
                    Reason.CODEC, failureOf(client.sendRequest(List.of(bad))).reason(), bad.toString());
        }
        ClientTransaction<Attachment> sent = client.sendRequest(List.of(Attachment.of(new byte[5])));
        ServerTransaction<Attachment, Attachment> received = server.recvRequest(Duration.ofSeconds(20));
        BusException refused = assertThrows(
                BusException.class, () -> received.sendResponse(List.of(new StrangeAttachment(100, 5_000_000, true))));
        assertEquals(Reason.CODEC, refused.reason());
        assertEquals(Reason.CODEC, failureOf(sent).reason());
    }

    /** Says one size and has another; throws unchecked exceptions where the one or the other is negative. */
    private record StrangeAttachment(long saidSize, int realSize, boolean inMemory) implements Attachment {

        @Override
        public long size() {
            if (saidSize < 0) {
                throw new IllegalStateException("no size");
            }
            return saidSize;
        }

        @Override
        public InputStream open() {
            if (realSize < 0) {
                throw new UncheckedIOException(new IOException("no bytes"));
            }
            return new ByteArrayInputStream(new byte[realSize]);
        }

        @Override
        public List<ByteBuffer> buffers() {
            return inMemory ? List.of(ByteBuffer.allocate(realSize)) : null;
        }
    }

    @Test
    void aRequestThatIsParkedBehindABadOneIsReceived() throws Exception {
        BusServer<String, String> server =
                newServer(ServerOptions.builder().queueSize(1).build());
        try (Socket bad = new Socket("127.0.0.1", server.address().getPort())) {
            bad.getOutputStream().write(frame("<nonsense"));
            BusClient<String, String> client = newClient(server.address().getPort(), ClientOptions.defaults());
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
    void aRequestThatIsNotAnsweredInTimeFails() throws Exception {
        BusServer<String, String> server = newServer(
                ServerOptions.builder().processingTimeout(Duration.ofMillis(200)).build());
        ClientTransaction<String> sent = newClient(server.address().getPort(), ClientOptions.defaults())
                .sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        assertEquals(Reason.TIMEOUT, failureOf(sent).reason());
        BusException late = assertThrows(BusException.class, () -> received.sendResponse(List.of("b")));
        assertEquals(Reason.TIMEOUT, late.reason());
        assertTrue(late.getMessage().endsWith("no answer within 200 ms (processingTimeout)"), late.getMessage());
    }

    @Test
    void aMissingCodecHoldsUpNobodyElse() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        int port = server.address().getPort();
        BusClient<String, Integer> waiting = factory.newClient(
                "127.0.0.1",
                port,
                String.class,
                Integer.class,
                ClientOptions.builder().missingCodecTimeout(Duration.ofMinutes(10)).build());
        List<CompletableFuture<?>> stages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stages.add(waiting.sendRequest(List.of("a")).response().toCompletableFuture());
            server.recvRequest().sendResponse(List.of("1"));
        }
        CompletableFuture<List<String>> other = newClient(port, ClientOptions.defaults())
                .sendRequest(List.of("a"))
                .response()
                .toCompletableFuture();
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), other.get(20, TimeUnit.SECONDS));
        waiting.close();
        for (CompletableFuture<?> stage : stages) {
            assertThrows(ExecutionException.class, () -> stage.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void closingEndsTheWaitForACodecAndForRoom() throws Exception {
        BusServer<Integer, String> server = factory.newServer("127.0.0.1", 0, Integer.class, String.class);
        ClientOptions options = ClientOptions.builder()
                .missingCodecTimeout(Duration.ofMinutes(10))
                .sendTimeout(Duration.ofMinutes(10))
                .maxInFlight(1)
                .build();
        BusClient<Integer, String> client = factory.newClient(
                "127.0.0.1", server.address().getPort(), Integer.class, String.class, options);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread sender = new Thread(() -> {
                try {
                    client.sendRequest(List.of(1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            sender.start();
            senders.add(sender);
            Await.parked(sender);
        }
        client.close();
        for (Thread sender : senders) {
            sender.join(20_000);
            assertTrue(!sender.isAlive());
        }
    }

    @Test
    void anInterruptedSendKeepsNoRoom() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        BusClient<String, String> client = newClient(
                server.address().getPort(),
                ClientOptions.builder().maxInFlight(1).build());
        for (int i = 0; i < 10; i++) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> client.sendRequest(List.of("interrupted")));
        }
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void threadsHoldNoClassLoaderOfWhoOpenedABus() throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (StandaloneBusFactory other = new StandaloneBusFactory(new TextCodec());
                URLClassLoader consumer = new URLClassLoader(new URL[0], before)) {
            current.setContextClassLoader(consumer);
            BusServer<String, String> server = other.newServer("127.0.0.1", 0, String.class, String.class);
            other.newChain(server, List.of(BusFilter.passOn()));
            other.newClient("127.0.0.1", server.address().getPort(), String.class, String.class)
                    .sendRequest(List.of("a"))
                    .response();
            current.setContextClassLoader(before);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                assertNotSame(consumer, thread.getContextClassLoader(), thread.getName());
            }
        } finally {
            current.setContextClassLoader(before);
        }
    }

    @Test
    void limitsHoldForWhatIsSentAndWhatArrives() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxPartSize(1000).build();
        BusServer<Attachment, String> server = factory.newServer(
                "127.0.0.1",
                0,
                Attachment.class,
                String.class,
                ServerOptions.builder().limits(limits).build());
        int port = server.address().getPort();
        BusClient<Attachment, String> modest = factory.newClient(
                "127.0.0.1",
                port,
                Attachment.class,
                String.class,
                ClientOptions.builder().limits(limits).build());
        BusException own = failureOf(modest.sendRequest(List.of(Attachment.of(new byte[1001]))));
        assertEquals(Reason.TOO_LARGE, own.reason());
        assertTrue(own.getMessage().endsWith("part 2 has 1001 bytes, over the limit maxPartSize of 1000"), own.getMessage());
        BusClient<Attachment, String> bold =
                factory.newClient("127.0.0.1", port, Attachment.class, String.class);
        BusException peers = failureOf(bold.sendRequest(List.of(Attachment.of(new byte[1001]))));
        assertEquals(Reason.TOO_LARGE, peers.reason());
        assertTrue(
                peers.getMessage().endsWith("part 2 has 1001 bytes, over the limit maxPartSize of 1000"), peers.getMessage());
    }

    @Test
    void moreInFlightThanAllowedWaitAndAreRefused() throws Exception {
        BusServer<String, String> server = newServer(
                ServerOptions.builder().drainTimeout(Duration.ofMillis(100)).build());
        BusClient<String, String> client = newClient(
                server.address().getPort(),
                ClientOptions.builder()
                        .maxInFlight(1)
                        .sendTimeout(Duration.ofMillis(100))
                        .build());
        ClientTransaction<String> first = client.sendRequest(List.of("1"));
        BusException refused = failureOf(client.sendRequest(List.of("2")));
        assertEquals(Reason.OVERLOADED, refused.reason());
        assertTrue(refused.getMessage().contains("1 transactions are in flight (maxInFlight)"), refused.getMessage());
        server.recvRequest().sendResponse(List.of("a"));
        assertEquals(List.of("a"), first.recvResponse());
        client.sendRequest(List.of("3"));
        assertEquals(List.of("3"), server.recvRequest().requests());
    }

    @Test
    void moreConnectionsThanAllowedAreClosed() throws Exception {
        BusServer<String, String> server =
                newServer(ServerOptions.builder().maxConnections(1).build());
        BusClient<String, String> client = newClient(server.address().getPort(), ClientOptions.defaults());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        try (Socket second = new Socket("127.0.0.1", server.address().getPort())) {
            second.setSoTimeout(20_000);
            assertEquals(-1, second.getInputStream().read());
        }
        received.sendResponse(List.of("b"));
        assertEquals(List.of("b"), first.recvResponse());
    }

    @Test
    void aFullQueueStopsReadingAndLosesNothing() throws Exception {
        BusServer<String, String> server =
                newServer(ServerOptions.builder().queueSize(1).build());
        BusClient<String, String> client = newClient(server.address().getPort(), ClientOptions.defaults());
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(client.sendRequest(List.of("request " + i)));
        }
        for (int i = 0; i < 50; i++) {
            ServerTransaction<String, String> received = server.recvRequest();
            received.sendResponse(received.requests());
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(List.of("request " + i), sent.get(i).recvResponse());
        }
    }

    @Test
    void largeAttachmentsArriveWhole(@TempDir Path folder) throws Exception {
        byte[] bytes = new byte[20 << 20];
        new Random(42).nextBytes(bytes);
        Path file = Files.write(folder.resolve("large"), bytes);
        BusServer<Attachment, Attachment> server =
                factory.newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                factory.newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        for (Attachment attachment : List.of(Attachment.of(bytes), Attachment.of(file))) {
            ClientTransaction<Attachment> sent = client.sendRequest(List.of(attachment));
            ServerTransaction<Attachment, Attachment> received = server.recvRequest();
            received.sendResponse(received.requests());
            assertArrayEquals(bytes, sent.recvResponse().get(0).toByteArray());
        }
    }

    @Test
    void anAttachmentThatIsShorterThanItSaid(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("shrinking"), new byte[1 << 20]);
        Attachment attachment = Attachment.of(file);
        Files.write(file, new byte[1000]);
        BusServer<Attachment, Attachment> server =
                factory.newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                factory.newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        BusException failure = failureOf(client.sendRequest(List.of(attachment)));
        assertEquals(Reason.CODEC, failure.reason());
    }

    @Test
    void aClosedFactoryLeavesNeitherThreadsNorSockets() throws Exception {
        StandaloneBusFactory other = new StandaloneBusFactory(new TextCodec());
        BusServer<String, String> server = other.newServer("127.0.0.1", 0, String.class, String.class);
        BusClient<String, String> client =
                other.newClient("127.0.0.1", server.address().getPort(), String.class, String.class);
        CompletableFuture<List<String>> stage =
                client.sendRequest(List.of("a")).response().toCompletableFuture();
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), stage.get(20, TimeUnit.SECONDS));
        factory.close();
        other.close();
        assertThrows(IllegalStateException.class, other::newLocal);
        Await.until("no thread of a bus is left", () -> ownThreads() == 0);
        try (Socket socket = new Socket()) {
            assertThrows(
                    ConnectException.class,
                    () -> socket.connect(new InetSocketAddress("127.0.0.1", server.address().getPort()), 5000));
        }
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slimta-bus"))
                .count();
    }

    @Test
    void theAnswerComesEvenIfTheClientSendsOnAfterItsRequest() throws Exception {
        BusServer<String, String> server = newServer(ServerOptions.defaults());
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(frame("<requests><text>a</text></requests>"));
            ServerTransaction<String, String> received = server.recvRequest();
            socket.getOutputStream().write(new byte[10]);
            received.sendResponse(List.of("b"));
            try (InputStream in = socket.getInputStream()) {
                assertTrue(in.readAllBytes().length > 6);
            }
        }
    }
}
