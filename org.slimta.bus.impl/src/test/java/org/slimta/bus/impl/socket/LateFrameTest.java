package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.grizzly.ReceivedBytes;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.Listening;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A frame that takes too long to arrive. */
@Timeout(60)
class LateFrameTest {

    private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(1);

    private static byte[] partOfFrame(int size, int sent) {
        ByteBuffer bytes = ByteBuffer.allocate(sent);
        bytes.putShort((short) 2).putInt(11).put("<requests/>".getBytes(UTF_8)).putInt(size);
        return bytes.array();
    }

    /** A server on a real socket whose time is moved by the test. */
    private static final class Timed implements AutoCloseable {

        private final ManualTimer timer = new ManualTimer();
        private final SocketEnds ends = SocketEnds.overSockets(timer);
        private final SocketServer<String, String> server;
        private final Socket client;
        private long sent;

        Timed(ServerOptions.Builder options) throws Exception {
            server = ends.server(
                    String.class, options.drainTimeout(Duration.ZERO).build());
            client = new Socket(server.address().getAddress(), server.address().getPort());
            client.setSoTimeout(20_000);
            client.setTcpNoDelay(true);
        }

        /** Sends a part of a frame that is not its last one, and lets time pass when the server has read it. */
        void send(byte[] bytes, int from, int length, Duration then) throws IOException {
            client.getOutputStream().write(bytes, from, length);
            sent += length;
            Await.until("all that was sent is read", () -> server.memory().total() >= sent || isRefused());
            timer.advance(then);
        }

        boolean isRefused() {
            return server.meter().failures(Reason.TIMEOUT) > 0;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            ends.close();
        }
    }

    @Test
    void aLargeFrameHasTimeAsLongAsItKeepsThePace() throws Exception {
        ServerOptions.Builder options =
                ServerOptions.builder().frameTimeout(Duration.ofMillis(150)).minRate(64 << 10);
        byte[] frame = partOfFrame((1 << 20) - 21, 1 << 20);
        try (Timed timed = new Timed(options)) {
            for (int i = 0; i < 7; i++) {
                timed.send(frame, i << 17, 1 << 17, Duration.ofMillis(40));
            }
            timed.client.getOutputStream().write(frame, 7 << 17, 1 << 17);
            timed.server.recvRequest().sendResponse(List.of());
            InputStream in = timed.client.getInputStream();
            Await.until("it has an answer", () -> {
                timed.timer.advance(Duration.ofMillis(1)); // A response leaves at once, or a little later.
                return in.available() > 0;
            });
            assertTrue(in.read() >= 0, "it has an answer");
        }
    }

    @Test
    void aLargeFrameThatDribblesIsRefused() throws Exception {
        ServerOptions.Builder options =
                ServerOptions.builder().frameTimeout(Duration.ofMillis(200)).minRate(1 << 20);
        byte[] beginning = partOfFrame(10 << 20, 100);
        try (Timed timed = new Timed(options)) {
            timed.send(beginning, 0, beginning.length, Duration.ofMillis(5));
            assertThrows(IOException.class, () -> {
                while (true) {
                    timed.send(new byte[64], 0, 64, Duration.ofMillis(5));
                }
            });
        }
    }

    /** The timer sees that a frame is late; when the thread that reads hears of it, the frame may be there. */
    @Test
    void aFrameThatHasComeMeanwhileIsNotLateNorIsTheOneBehindIt() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            SocketServer<String, String> server = (SocketServer<String, String>) factory.newServer(
                    "127.0.0.1",
                    0,
                    String.class,
                    String.class,
                    ServerOptions.builder().frameTimeout(FRAME_TIMEOUT).build());
            CompletableFuture<ServerConnection<String, String>> accepted = new CompletableFuture<>();
            Listening listener = server.context()
                    .network()
                    .transport()
                    .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), connection -> {
                        ServerConnection<String, String> one = server.newConnection(connection);
                        server.serve(one);
                        accepted.complete(one);
                    });
            InetSocketAddress address = listener.address();
            try (RawPeer peer = new RawPeer(new Socket(address.getAddress(), address.getPort()))) {
                ServerConnection<String, String> connection = accepted.get(20, TimeUnit.SECONDS);
                FrameConnection channel = connection.channel();
                byte[] late = RawPeer.frame(RawPeer.requests(1, "late"));
                byte[] fresh = RawPeer.frame(RawPeer.requests(2, "fresh"));
                peer.sendBytes(Arrays.copyOf(late, 20));
                Await.until("a part of the frame has arrived", () -> ReceivedBytes.arriving(channel) > 0);
                CountDownLatch judged = new CountDownLatch(1);
                channel.execute(() -> {
                    try {
                        judged.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    ReceivedBytes.deliver(
                            channel, ByteBuffer.wrap(late, 20, late.length - 20).slice());
                    ReceivedBytes.deliver(channel, ByteBuffer.wrap(fresh, 0, 20).slice());
                });
                Await.until(
                        "the frame is late",
                        () -> channel.incoming().overdue(FRAME_TIMEOUT.toNanos(), Long.MAX_VALUE) != null);
                connection.checkTimeouts();
                judged.countDown();
                assertEquals(
                        List.of("late"),
                        server.recvRequest(Duration.ofSeconds(10)).requests());
                peer.sendBytes(Arrays.copyOfRange(fresh, 20, fresh.length));
                assertEquals(
                        List.of("fresh"),
                        server.recvRequest(Duration.ofSeconds(10)).requests());
            } finally {
                listener.close();
            }
        }
    }
}
