package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;

/** A frame that cannot be sent, or is responded to too early, ends in a way that a Lua node survives. */
@EnabledOnOs(OS.LINUX)
class UnfinishedFrameTest extends LuaServerFixture {

    @Test
    void aMalformedResponseDoesNotEndTheConnectionInTheMiddleOfAFrame() throws Exception {
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
    void aRequestThatCannotBeBegunBringsAnEmptyArray(int poolSize) throws Exception {
        BusClient<Attachment, String> client =
                client(Attachment.class, ClientOptions.builder().poolSize(poolSize));
        ClientTransaction<String> sent = client.sendRequest(List.of(gone(new CountDownLatch(0))));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.CODEC, failureOf(sent));
            assertEndsWithEmptyArray(lua);
        }
    }

    @Test
    void aRequestThatCannotBeBegunAfterItWasGivenUpBringsAnEmptyArray() throws Exception {
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
    void aRequestThatCannotBeSentToItsEndIsCutOff() throws Exception {
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
