package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.nio.transport.TCPNIOConnectorHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.tls.TlsBuffers;
import org.slimta.bus.impl.tls.TlsLayer;
import org.slimta.bus.impl.tls.TlsListener;
import org.slimta.bus.impl.tls.TlsTransport;
import org.slimta.bus.impl.tls.TlsTransport.RecordKind;

/**
 * Records of frames and of TLS itself leave over a socket in the order in which they were created, and listeners are
 * notified.
 */
@Timeout(60)
class TlsLinkTest {

    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final Queue<Runnable> goingOn = new ConcurrentLinkedQueue<>();
    private TCPNIOTransport transport;
    private ServerSocket listening;
    private Socket peer;
    private TlsLink link;

    @BeforeEach
    void connect() throws Exception {
        transport = TCPNIOTransportBuilder.newInstance().build();
        transport.setProcessor(
                FilterChainBuilder.stateless().add(new TransportFilter()).build());
        transport.start();
        listening = new ServerSocket();
        listening.setReceiveBufferSize(64 << 10); // It does not grow then.
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Connection<?> connection = TCPNIOConnectorHandler.builder(transport)
                .build()
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()))
                .get();
        peer = listening.accept();
        link = new TlsLink(new SocketWriter(connection, closed::incrementAndGet), held::incrementAndGet, goingOn::add);
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
        listening.close();
        transport.shutdownNow();
    }

    private static ByteBuffer numbered(int number, int size) {
        ByteBuffer record = ByteBuffer.allocate(size);
        for (int i = 0; i < size / Integer.BYTES; i++) {
            record.putInt(number);
        }
        return record.flip();
    }

    @Test
    void recordsLeaveInTheOrderInWhichTheyWereCreatedWhateverThreadSends() throws Exception {
        int count = 20_000;
        AtomicInteger made = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (RecordKind kind : new RecordKind[] {RecordKind.CONTROL, RecordKind.DATA, RecordKind.CONTROL}) {
            threads.add(new Thread(() -> {
                while (made.get() < count) {
                    synchronized (made) { // As the layer does.
                        int number = made.getAndIncrement();
                        link.enqueue(numbered(number, 4 + number % 7 * 40), kind);
                    }
                    link.flush();
                }
            }));
        }
        threads.forEach(Thread::start);
        InputStream in = peer.getInputStream();
        for (int number = 0; number < count; number++) {
            byte[] expected = numbered(number, 4 + number % 7 * 40).array();
            assertArrayEquals(expected, in.readNBytes(expected.length), "record " + number);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        in.readNBytes(in.available());
        Await.until("all records are written", () -> {
            in.readNBytes(in.available());
            return link.controlBacklog() == 0;
        });
        assertEquals(0, closed.get());
    }

    @Test
    void controlRecordsCountUntilTheyHaveLeft() throws Exception {
        int size = 64 << 10;
        int own = 400; // More than the socket accepts while the peer does not read.
        for (int i = 0; i < own; i++) {
            link.enqueue(ByteBuffer.allocate(size), RecordKind.CONTROL);
            link.flush();
        }
        assertTrue(link.controlBacklog() > 0);
        int others = 50;
        for (int i = 0; i < others; i++) {
            link.enqueue(ByteBuffer.allocate(size), RecordKind.DATA);
            link.flush();
        }
        assertTrue(link.controlBacklog() <= (long) own * size, "what others have sent does not count");
        int all = (own + others) * size;
        assertEquals(all, peer.getInputStream().readNBytes(all).length);
        Await.until("all records are written", () -> link.controlBacklog() == 0);
    }

    @Test
    void aFrameIsSentWhenTheLastOfItsRecordsHasLeft() throws Exception {
        Tls server = Tls.of(TestTls.server().build(), false);
        Tls client = Tls.of(TestTls.client().build(), true);
        Queue<ByteBuffer> back = new ConcurrentLinkedQueue<>();
        CountDownLatch secured = new CountDownLatch(2);
        AtomicInteger received = new AtomicInteger();
        TlsLayer layer = layer(server, link, secured, new AtomicInteger());
        link.use(layer);
        TlsLayer other = layer(client, new DirectBelow(back), secured, received);
        other.start();
        while (secured.getCount() > 0 || !back.isEmpty()) {
            move(back, layer, other);
        }
        int size = 500_000;
        AtomicInteger sent = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            int before = i;
            link.send(ByteBuffer.allocate(size), () -> {
                assertEquals(before, sent.getAndIncrement());
            });
            while (sent.get() == before) {
                move(back, layer, other);
            }
        }
        while (received.get() < 20 * size) {
            move(back, layer, other);
        }
        assertEquals(0, link.controlBacklog());
        assertEquals(0, closed.get());
        AtomicInteger empty = new AtomicInteger();
        link.send(ByteBuffer.allocate(0), empty::incrementAndGet);
        assertEquals(1, empty.get(), "nothing to be sent has been sent");
        layer.finish();
        AtomicInteger failed = new AtomicInteger();
        link.send(ByteBuffer.allocate(1), new Expecting(failed));
        assertEquals(1, failed.get(), "nothing more can be sent");
    }

    @Test
    void theSenderIsNotifiedThatNothingCanBeSent() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        link.send(ByteBuffer.allocate(1), new Expecting(failed)); // There is no layer at all.
        assertEquals(1, failed.get());
    }

    private void move(Queue<ByteBuffer> back, TlsLayer layer, TlsLayer other) throws Exception {
        ByteBuffer bytes = back.poll();
        if (bytes != null) {
            layer.receive(bytes);
        }
        Runnable next = goingOn.poll();
        if (next != null) {
            next.run();
        }
        byte[] arrived = peer.getInputStream().readNBytes(peer.getInputStream().available());
        other.receive(ByteBuffer.wrap(arrived));
    }

    private static TlsLayer layer(Tls tls, TlsTransport transport, CountDownLatch secured, AtomicInteger received) {
        return new TlsLayer(
                tls,
                InetSocketAddress.createUnresolved("localhost", 1),
                new TlsBuffers(),
                Runnable::run,
                transport,
                new TlsListener() {
                    @Override
                    public void onDecrypted(ByteBuffer bytes) {
                        received.addAndGet(bytes.remaining());
                    }

                    @Override
                    public void onSecured(PeerIdentity identity) {
                        secured.countDown();
                    }

                    @Override
                    public void onFailed(String why, Throwable cause) {
                        throw new AssertionError(why, cause);
                    }

                    @Override
                    public void onPeerDone() {}
                });
    }

    /** What the other layer sends arrives without a socket. */
    private record DirectBelow(Queue<ByteBuffer> arriving) implements TlsTransport {

        @Override
        public void enqueue(ByteBuffer records, RecordKind kind) {
            arriving.add(records);
        }

        @Override
        public void flush() {}

        @Override
        public long controlBacklog() {
            return 0;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading(Runnable first) {
            first.run();
        }
    }

    private record Expecting(AtomicInteger failed) implements SocketWriter.Listener {

        @Override
        public void onSent() {
            throw new AssertionError("nothing can have been sent");
        }

        @Override
        public void onFailed() {
            failed.incrementAndGet();
        }
    }
}
