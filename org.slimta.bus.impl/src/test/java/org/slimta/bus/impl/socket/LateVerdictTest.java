package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.impl.grizzly.ReceivedBytes;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.Listening;

/** The timer sees that a frame is late; when the thread that reads hears of it, the frame may be there. */
@Timeout(60)
class LateVerdictTest {

    private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(1);

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0);
            Thread.yield();
        }
    }

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
            Listening listener = server.context().network().transport().listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), connection -> {
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
                await(() -> ReceivedBytes.arriving(channel) > 0);
                CountDownLatch judged = new CountDownLatch(1);
                channel.execute(() -> {
                    try {
                        judged.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    ReceivedBytes.deliver(channel, ByteBuffer.wrap(late, 20, late.length - 20).slice());
                    ReceivedBytes.deliver(channel, ByteBuffer.wrap(fresh, 0, 20).slice());
                });
                await(() -> channel.incoming().overdue(FRAME_TIMEOUT.toNanos(), Long.MAX_VALUE) != null);
                connection.checkTimeouts();
                judged.countDown();
                assertEquals(List.of("late"), server.recvRequest(Duration.ofSeconds(10)).requests());
                peer.sendBytes(Arrays.copyOfRange(fresh, 20, fresh.length));
                assertEquals(List.of("fresh"), server.recvRequest(Duration.ofSeconds(10)).requests());
            } finally {
                listener.close();
            }
        }
    }
}
