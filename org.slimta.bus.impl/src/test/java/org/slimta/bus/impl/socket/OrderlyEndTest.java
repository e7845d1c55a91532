package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.factory.StandaloneBusFactory;

/**
 * A Lua node goes wrong for good when a connection ends in the middle of a frame, or without one. So whatever a client gives
 * up, towards a server of which it does not know that it minds nothing, its connection brings a whole frame, and ends in order.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class OrderlyEndTest {

    private static final byte[] EMPTY = RawPeer.frame("<requests>\r\n</requests>\r\n");
    private static final int LARGE = 32 << 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private StandaloneBusFactory factory;
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
        listener = new ServerSocket();
        listener.setReceiveBufferSize(64 << 10);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @AfterEach
    void close() throws Exception {
        factory.close();
        listener.close();
        threads.shutdownNow();
    }

    private <Q> BusClient<Q, String> client(Class<Q> type, ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", listener.getLocalPort(), type, String.class, options.build());
    }

    private static ClientOptions.Builder impatient() {
        return ClientOptions.builder().responseTimeout(Duration.ofMillis(1500));
    }

    private static Reason failureOf(ClientTransaction<?> transaction) {
        return assertThrows(BusException.class, transaction::recvResponse).reason();
    }

    private static Attachment large() {
        byte[] bytes = new byte[LARGE];
        bytes[LARGE - 1] = 'z';
        return Attachment.of(bytes);
    }

    /** Reads a frame as a Lua node does: all of it, or else the test fails. Gives its last byte. */
    private static int readFrame(DataInputStream in) throws IOException {
        int last = -1;
        for (int parts = in.readUnsignedShort(); parts > 0; parts--) {
            int size = in.readInt();
            byte[] part = in.readNBytes(size);
            assertEquals(size, part.length);
            last = part[size - 1];
        }
        return last;
    }

    private static DataInputStream in(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new DataInputStream(socket.getInputStream());
    }

    /** Answers as a Lua node does, and sees the end of the connection. */
    private static void answerLate(Socket socket, InputStream in) throws IOException {
        socket.getOutputStream().write(RawPeer.frame("<responses></responses>"));
        assertEquals(-1, in.read(), "it is closed in order, and not reset");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aLargeRequestThatIsGivenUpIsSentToItsEnd(int poolSize) throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, impatient().poolSize(poolSize));
        ClientTransaction<String> sent = client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            DataInputStream in = in(lua);
            assertEquals('z', readFrame(in));
            answerLate(lua, in);
        }
    }

    @Test
    void soItIsWhenTheClientIsClosed() throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder());
        ClientTransaction<String> sent = client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            int parts = in.readUnsignedShort();
            client.close();
            assertEquals(Reason.CLOSED, failureOf(sent));
            for (int i = 0; i < parts; i++) {
                in.skipNBytes(in.readInt());
            }
            answerLate(lua, in);
        }
    }

    @Test
    void soItIsWhenAllIsClosed() throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder());
        client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            int parts = in.readUnsignedShort();
            Future<?> closing = threads.submit(factory::close);
            for (int i = 0; i < parts; i++) {
                in.skipNBytes(in.readInt());
            }
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aRequestThatWasSentIsNotFollowedByAnything() throws Exception {
        BusClient<String, String> client = client(String.class, impatient());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            readFrame(in);
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    @Test
    void whenTheClientIsClosedToo() throws Exception {
        BusClient<String, String> client = client(String.class, ClientOptions.builder());
        client.sendRequest(List.of("a"));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            readFrame(in);
            client.close();
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    /** What a client wants from a server that takes its connection only after it has given up. */
    private interface GivingUp {
        void giveUp(BusClient<String, String> client, ClientTransaction<String> sent) throws Exception;
    }

    private void connectLate(ClientOptions.Builder options, GivingUp how) throws Exception {
        List<Socket> filling = new ArrayList<>();
        for (int i = 0; i < 2; i++) { // One is accepted by the kernel beyond the backlog.
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        BusClient<String, String> client = client(String.class, options);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        awaitDialing();
        how.giveUp(client, sent);
        for (Socket each : filling) {
            listener.accept().close();
            each.close();
        }
        listener.setSoTimeout(20_000);
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            assertArrayEquals(EMPTY, in.readNBytes(EMPTY.length));
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    /** Connections are begun in order: when a later one is refused, those before are on their way. */
    private void awaitDialing() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        for (int i = 0; i < 10; i++) {
            BusClient<String, String> refused = factory.newClient("127.0.0.1", unused, String.class, String.class);
            assertEquals(Reason.CONNECT, failureOf(refused.sendRequest(List.of("a"))));
        }
    }

    @Test
    void aConnectionThatComesAboutTooLateBringsAnEmptyArray() throws Exception {
        connectLate(
                ClientOptions.builder().responseTimeout(Duration.ofMillis(300)),
                (client, sent) -> assertEquals(Reason.CONNECT, failureOf(sent)));
    }

    @Test
    void soItDoesWhenTheClientIsClosed() throws Exception {
        connectLate(ClientOptions.builder(), (client, sent) -> {
            client.close();
            assertEquals(Reason.CLOSED, failureOf(sent));
        });
    }

    @Test
    void aConnectionThatNobodyWantsAnyMoreServesAnotherWhoWaits() throws Exception {
        List<Socket> filling = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        SocketClient<String, String> client = (SocketClient<String, String>) client(
                String.class, ClientOptions.builder().poolSize(1).responseTimeout(Duration.ofMillis(300)));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        client.reconfigure(ClientOptions.builder().poolSize(1).build());
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        assertEquals(Reason.CONNECT, failureOf(first));
        for (Socket each : filling) {
            listener.accept().close();
            each.close();
        }
        try (RawPeer peer = new RawPeer(listener.accept())) {
            String requests = peer.receive();
            assertTrue(requests.endsWith("<text>b</text></requests>"), requests);
            peer.send(RawPeer.responses(RawPeer.tx(requests), "1"));
            assertEquals(List.of("1"), second.recvResponse());
        }
    }

    @Test
    void whatIsNoAnswerIsNoReasonToEndItInTheMiddleOfAFrame() throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder());
        ClientTransaction<String> sent = client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            lua.getOutputStream().write(RawPeer.frame("<responses><text></responses>"));
            assertEquals(Reason.MALFORMED, failureOf(sent));
            assertEquals('z', readFrame(in));
            assertEquals(-1, in.read());
        }
    }

    @Test
    void aServerThatHasShownThatItMindsNothingIsNotSentMore() throws Exception {
        BusClient<Attachment, String> client =
                client(Attachment.class, ClientOptions.builder().pingInterval(Duration.ofMinutes(1)));
        ClientTransaction<String> first = client.sendRequest(List.of(Attachment.of(new byte[300_000])));
        try (Socket socket = listener.accept();
                RawPeer peer = new RawPeer(socket)) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            assertEquals(List.of("1"), first.recvResponse());
            client.sendRequest(List.of(large()));
            DataInputStream in = in(socket);
            int parts = in.readUnsignedShort();
            client.close();
            assertEquals(2, parts);
            assertThrows(IOException.class, () -> {
                in.skipNBytes(in.readInt());
                in.skipNBytes(in.readInt());
                throw new AssertionError("all of it came");
            });
        }
    }

    /** Fails when it is read, after it was told to. */
    private static final class Failing implements Attachment {

        private volatile boolean failed;

        @Override
        public long size() {
            return LARGE;
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    if (failed) {
                        throw new IOException("it fails");
                    }
                    return 0;
                }

                @Override
                public int read(byte[] target, int from, int length) throws IOException {
                    read();
                    return length;
                }
            };
        }

        @Override
        public List<ByteBuffer> buffers() {
            return null;
        }
    }

    /** One that is gone when it is to be read. */
    private static Attachment gone(CountDownLatch first) {
        return new Attachment() {
            @Override
            public long size() {
                return LARGE;
            }

            @Override
            public InputStream open() throws IOException {
                try {
                    first.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IOException("it is gone");
            }
        };
    }

    private static void assertEndsWithEmptyArray(Socket lua) throws IOException {
        DataInputStream in = in(lua);
        assertArrayEquals(EMPTY, in.readNBytes(EMPTY.length));
        assertEquals(-1, in.read());
        answerLate(lua, in);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whatCannotEvenBeBegunBringsAnEmptyArray(int poolSize) throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder().poolSize(poolSize));
        ClientTransaction<String> sent = client.sendRequest(List.of(gone(new CountDownLatch(0))));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.CODEC, failureOf(sent));
            assertEndsWithEmptyArray(lua);
        }
    }

    @Test
    void soItDoesWhenThatIsSeenOnlyAfterItWasGivenUp() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        BusClient<Attachment, String> client = client(Attachment.class, impatient());
        ClientTransaction<String> sent = client.sendRequest(List.of(gone(first)));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            first.countDown();
            assertEndsWithEmptyArray(lua);
        }
    }

    /** The other way round: a response of which nothing has left fails alone. */
    @Test
    void aResponseThatCannotBeBegunFailsAloneOnAKeptConnection() throws Exception {
        BusServer<String, Attachment> server =
                factory.newServer("127.0.0.1", 0, String.class, Attachment.class, ServerOptions.defaults());
        BusClient<String, Attachment> client = factory.newClient(
                "127.0.0.1",
                server.address().getPort(),
                String.class,
                Attachment.class,
                ClientOptions.builder().poolSize(1).build());
        ClientTransaction<Attachment> first = client.sendRequest(List.of("first"));
        server.recvRequest().sendResponse(List.of(Attachment.of(new byte[1])));
        first.recvResponse();
        ClientTransaction<Attachment> other = client.sendRequest(List.of("other"));
        ServerTransaction<String, Attachment> others = server.recvRequest();
        ClientTransaction<Attachment> failing = client.sendRequest(List.of("failing"));
        server.recvRequest().sendResponse(List.of(gone(new CountDownLatch(0))));
        assertEquals(Reason.CODEC, failureOf(failing));
        others.sendResponse(List.of(Attachment.of(new byte[2])));
        assertEquals(2, other.recvResponse().get(0).size());
    }

    @Test
    void whatCannotBeSentToItsEndIsCutOff() throws Exception {
        Failing failing = new Failing();
        BusClient<Attachment, String> client = client(Attachment.class, impatient());
        ClientTransaction<String> sent = client.sendRequest(List.of(failing));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            failing.failed = true;
            DataInputStream in = in(lua);
            assertEquals(2, in.readUnsignedShort());
            String xml = new String(in.readNBytes(in.readInt()), US_ASCII);
            assertTrue(xml.startsWith("<requests"), xml);
            assertThrows(IOException.class, () -> in.skipNBytes(in.readInt()));
        }
    }
}
