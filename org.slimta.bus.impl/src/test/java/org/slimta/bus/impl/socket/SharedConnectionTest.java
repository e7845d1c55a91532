package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** What one transaction does to others that share its connection: nothing. */
class SharedConnectionTest {

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec(), new AttachmentCodec());
    private final ManualTimer timer = new ManualTimer();
    private final SocketEnds timed = SocketEnds.overSockets(timer);

    @AfterEach
    void close() {
        factory.close();
        timed.close();
    }

    private <Q> int serve(Class<Q> type, ServerOptions options, EchoServer.Responder<Q, String> responder)
            throws BusException {
        BusServer<Q, String> server = factory.newServer("127.0.0.1", 0, type, String.class, options);
        new EchoServer<>(server, responder).start();
        return server.address().getPort();
    }

    private <Q> BusClient<Q, String> client(int port, Class<Q> type, ClientOptions options) {
        return factory.newClient("127.0.0.1", port, type, String.class, options);
    }

    /** The server puts off a response for 2 ms at most, as long as there are more requests to respond to. */
    @Test
    void aFinishedResponseDoesNotWaitForTheRequestBehindIt() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        BusServer<String, String> server = timed.server(String.class, ServerOptions.defaults());
        new EchoServer<>(server, transaction -> {
                    String text = transaction.requests().get(0);
                    if (text.equals("pause")) {
                        timer.advance(Duration.ofMillis(20)); // Longer than responses are put off.
                    } else if (text.equals("last")) {
                        assertTrue(seen.await(20, TimeUnit.SECONDS));
                    }
                    transaction.sendResponse(transaction.requests());
                })
                .start();
        BusClient<String, String> client = client(
                server.address().getPort(),
                String.class,
                ClientOptions.builder().poolSize(1).build());
        client.sendRequest(List.of("first")).recvResponse();
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (String text : List.of("pause", "quick", "pause", "quick", "pause", "quick", "last")) {
            sent.add(client.sendRequest(List.of(text)));
        }
        CompletableFuture<List<String>> quick = sent.get(5).response().toCompletableFuture();
        Await.until("the response before the last one has come", () -> {
            timer.advance(Duration.ofMillis(1));
            return quick.isDone();
        });
        assertEquals(List.of("quick"), sent.get(5).recvResponse());
        seen.countDown();
        assertEquals(List.of("last"), sent.get(6).recvResponse());
    }

    /** A server that does not read because its queue is full does not read pings either: it sends pongs unasked. */
    @Test
    void aServerWhoseQueueIsFullIsNotTakenForDead() throws Exception {
        FakeTransport transport = new FakeTransport(timer::now);
        try (SocketEnds ends = SocketEnds.over(transport, timer);
                SocketServer<String, String> server = ends.server(
                        String.class,
                        ServerOptions.builder()
                                .queueSize(1)
                                .frameTimeout(Duration.ofMillis(800)) // It looks four times in that time.
                                .drainTimeout(Duration.ZERO)
                                .build());
                SocketClient<String, String> client = ends.client(
                        4025,
                        ClientOptions.builder()
                                .pingInterval(Duration.ofMillis(500))
                                .build())) {
            ClientTransaction<String> first = client.sendRequest(List.of("first"));
            FakeConnection near = transport.nextDialed().connect();
            FakeLine line = new FakeLine(near, transport.accept());
            line.carry();
            server.recvRequest().sendResponse(List.of("first"));
            line.carry();
            assertEquals(List.of("first"), first.recvResponse());
            List<ClientTransaction<String>> sent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sent.add(client.sendRequest(List.of("slow")));
            }
            line.carry();
            for (int i = 0; i < 4; i++) {
                ServerTransaction<String, String> slow = server.recvRequest();
                line.carry();
                for (int millis = 0; millis < 5000; millis += 50) { // Longer than any patience of the client.
                    timer.advance(Duration.ofMillis(50));
                    line.carry();
                }
                slow.sendResponse(slow.requests());
                line.carry();
            }
            for (ClientTransaction<String> transaction : sent) {
                assertEquals(List.of("slow"), transaction.recvResponse());
            }
            assertTrue(line.wasHeldUp(), "the server did not read for a while");
            line.cut();
        }
    }

    /** Takes its time to be read: while it is read, time passes for the ends whose time is moved. */
    private record Slow(int bytes, Duration time, ManualTimer timer) implements Attachment {

        @Override
        public long size() {
            return bytes;
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                private int at;

                @Override
                public int read() {
                    return at++ < bytes ? 0 : -1;
                }

                @Override
                public int read(byte[] target, int from, int length) {
                    int count = Math.min(length, Math.min(bytes - at, 64 << 10));
                    if (count <= 0) {
                        return -1;
                    }
                    at += count;
                    // The timer has a thread of its own: the thread that reads this may be in the midst of a flush.
                    CompletableFuture.runAsync(
                                    () -> timer.advance(time.multipliedBy(count).dividedBy(bytes)))
                            .join();
                    return count;
                }
            };
        }

        @Override
        public List<ByteBuffer> buffers() {
            return null;
        }
    }

    @Test
    void aServerThatIsStillBeingSentToIsNotTakenForDead() throws Exception {
        int port = serve(
                Attachment.class, ServerOptions.defaults(), transaction -> transaction.sendResponse(List.of("taken")));
        BusClient<Attachment, String> client = timed.client(
                port,
                ClientOptions.builder().pingInterval(Duration.ofMillis(400)).build());
        for (int i = 0; i < 2; i++) {
            Attachment slow = new Slow(4 << 20, Duration.ofSeconds(15), timer);
            assertEquals(List.of("taken"), client.sendRequest(List.of(slow)).recvResponse());
        }
        client.close();
    }

    /** Gives its bytes a few times, and then fails. */
    private static final class Fading implements Attachment {

        private final AtomicInteger asked = new AtomicInteger();
        private final int times;

        Fading(int times) {
            this.times = times;
        }

        @Override
        public long size() {
            return 10;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(new byte[10]);
        }

        @Override
        public List<ByteBuffer> buffers() {
            if (asked.incrementAndGet() > times) {
                throw new IllegalStateException("it is gone");
            }
            return List.of(ByteBuffer.allocate(10));
        }
    }

    @Test
    void anAttachmentThatFailsBeforeItHasGivenItsBytesFailsItsTransactionAlone() throws Exception {
        int port = serve(
                Attachment.class, ServerOptions.defaults(), transaction -> transaction.sendResponse(List.of("taken")));
        BusClient<Attachment, String> client = client(
                port, Attachment.class, ClientOptions.builder().poolSize(1).build());
        Attachment good = Attachment.of(new byte[10]);
        client.sendRequest(List.of(good)).recvResponse();
        ClientTransaction<String> bad = client.sendRequest(List.of(new Fading(0)));
        assertEquals(
                Reason.CODEC,
                assertThrows(BusException.class, bad::recvResponse).reason());
        assertEquals(
                List.of("taken"), client.sendRequest(List.of(new Fading(1))).recvResponse());
        assertEquals(List.of("taken"), client.sendRequest(List.of(good)).recvResponse());
    }

    @Test
    void keptConnectionsEndInOrderWhenPoolSizeBecomesZero() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        int port = serve(String.class, ServerOptions.defaults(), transaction -> {
            if (transaction.requests().get(0).equals("slow")) {
                go.await();
            }
            transaction.sendResponse(transaction.requests());
        });
        BusClient<String, String> client = client(port, String.class, ClientOptions.defaults());
        client.sendRequest(List.of("first")).recvResponse();
        ClientTransaction<String> slow = client.sendRequest(List.of("slow"));
        ((SocketClient<String, String>) client)
                .reconfigure(ClientOptions.builder().poolSize(0).build());
        ClientTransaction<String> after = client.sendRequest(List.of("after"));
        go.countDown();
        assertEquals(List.of("slow"), slow.recvResponse());
        assertEquals(List.of("after"), after.recvResponse());
    }

    @Test
    void aFrameJustWithinALimitIsAcceptedByThePeerToo() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxXmlSize(2000).build();
        int port = serve(
                String.class,
                ServerOptions.builder().limits(limits).build(),
                transaction -> transaction.sendResponse(List.of("taken")));
        BusClient<String, String> client = client(
                port, String.class, ClientOptions.builder().limits(limits).build());
        client.sendRequest(List.of("first")).recvResponse();
        int longest = 0;
        for (int length = 1850; length < 2001; length++) {
            try {
                client.sendRequest(List.of("x".repeat(length))).recvResponse();
                longest = length;
            } catch (BusException e) {
                assertEquals(Reason.TOO_LARGE, e.reason(), e.getMessage());
            }
        }
        assertTrue(longest > 1900, "the longest text was " + longest);
    }
}
