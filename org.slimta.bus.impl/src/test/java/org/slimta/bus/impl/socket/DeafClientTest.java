package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Clients that take no answers are read no more, also when there is hardly ever room in the queue, and closed in the end. */
@Timeout(30)
class DeafClientTest {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final int CLIENTS = 8;
    private static final int HANDLERS = 4;
    private static final int ANSWER = 16 << 10;
    private static final int MOST_HELD = 64 << 20;

    private final Map<SocketChannel, Integer> places = new HashMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void aFullQueueDoesNotHideThatResponsesAreNotRead() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            BusServer<String, String> server = factory.newServer(
                    "127.0.0.1",
                    0,
                    String.class,
                    String.class,
                    ServerOptions.builder()
                            .queueSize(HANDLERS)
                            .drainTimeout(Duration.ZERO)
                            .frameTimeout(Duration.ofSeconds(1))
                            .build());
            String large = "x".repeat(ANSWER);
            for (int i = 0; i < HANDLERS; i++) {
                new EchoServer<>(server, transaction -> {
                            over.await(500, TimeUnit.MICROSECONDS); // So that the queue is full while there is work.
                            try {
                                transaction.sendResponse(List.of(large));
                                answered.incrementAndGet();
                            } catch (BusException e) {
                                // The client is closed, or the server.
                            }
                        })
                        .start();
            }
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SocketChannel channel = SocketChannel.open();
                channels.add(channel);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                channel.connect(server.address());
                channel.configureBlocking(false);
            }
            ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
            byte[] request = RawPeer.frame(RawPeer.requests(1, "y"));
            while (bytes.remaining() >= request.length) {
                bytes.put(request);
            }
            bytes.flip();
            long deadline = System.nanoTime() + PATIENCE;
            while (!channels.isEmpty()) {
                assertTrue(System.nanoTime() - deadline < 0, channels.size() + " are still open");
                channels.removeIf(channel -> isClosed(channel, bytes.duplicate()));
                assertTrue((long) answered.get() * ANSWER < MOST_HELD, answered + " answers are held");
            }
            over.countDown();
        }
    }

    /** Sends what the other side takes, and tells whether that is nothing any more. */
    private boolean isClosed(SocketChannel channel, ByteBuffer bytes) {
        try {
            channel.write(bytes.position(places.getOrDefault(channel, 0)));
            places.put(channel, bytes.hasRemaining() ? bytes.position() : 0);
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
