package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cost of what a peer sends is bounded by its bytes: time, memory, and the turns of other connections. */
@Timeout(60)
class TlsLayerLimitsTest {

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;

    private final CountedBuffers buffers = new CountedBuffers();
    private final Deque<Runnable> elsewhere = new ArrayDeque<>();
    private final AtomicLong received = new AtomicLong();

    private MemoryEnd server(Certified tls) {
        MemoryEnd server = new MemoryEnd(tls.server(), buffers.buffers, elsewhere::add);
        server.onDecrypted(bytes -> received.addAndGet(bytes.remaining()));
        return server;
    }

    /** Continues until nothing is left to do; gives the number of tasks that ran on another thread. */
    private int run(MemoryEnd end) {
        int turns = 0;
        MemoryEnd.run(new Random(1), end);
        while (!elsewhere.isEmpty()) {
            elsewhere.remove().run();
            turns++;
            MemoryEnd.run(new Random(1), end);
        }
        return turns;
    }

    private void run(RawPeer client) throws Exception {
        do {
            while (!elsewhere.isEmpty()) {
                elsewhere.remove().run();
            }
            client.run();
        } while (!elsewhere.isEmpty());
    }

    @Test
    void endlessKeyUpdatesEndTheConnection() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        for (int i = 0; i < 2_000 && server.insecure() == null; i++) {
            server.arrives(client.keyUpdate());
            run(server);
        }
        assertNotNull(server.insecure(), "it ends");
        assertTrue(server.insecure().contains("records without contents"), server.insecure());
        assertTrue(server.ownRecords() < 300, "answers");
        buffers.assertAllRecycled();
    }

    @Test
    void occasionalKeyUpdatesDoNotEndTheConnection() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        for (int i = 0; i < 2_000; i++) {
            server.arrives(client.keyUpdate());
            server.arrives(client.record(ByteBuffer.allocate(i % 2 * 600 + 1)));
            client.run();
        }
        assertNull(server.insecure());
        assertEquals(602_000, received.get());
    }

    @Test
    void manyKeyUpdatesAtOnceDoNotKeepOthersFromTheirTurn() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        long before = server.ownRecords();
        ByteBuffer all = ByteBuffer.allocate(20_000);
        for (int i = 0; i < 100; i++) {
            all.put(client.keyUpdate());
        }
        server.layer.receive(all.put(client.record(ByteBuffer.allocate(10))).flip());
        assertTrue(server.isHeld());
        assertTrue(server.ownRecords() - before < 50, "most of them wait");
        assertTrue(server.layer.bufferedBytes() > 0);
        assertEquals(0, received.get());
        assertTrue(run(server) >= 2);
        assertEquals(100, server.ownRecords() - before);
        assertEquals(10, received.get());
        assertEquals(0, server.layer.bufferedBytes());
        assertNull(server.insecure());
        server.layer.finish();
        client.run();
        assertTrue(client.isDone());
    }

    @Test
    void controlRecordsThatThePeerDoesNotReadEndTheConnection() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        MemoryEnd.join(server, server(tls)); // That end does not read.
        for (int i = 0; i < 10_000 && server.insecure() == null; i++) {
            server.arrives(client.keyUpdate());
            server.arrives(client.record(ByteBuffer.allocate(600)));
            run(server);
        }
        assertTrue(server.insecure().contains("without reading them"), server.insecure());
        assertTrue(server.controlBacklog() < 128 << 10, "what waits");
    }

    /** With each piece of a message the engine copies all pieces before it. */
    @Test
    void aHandshakeInTinyPiecesEndsTheConnection() throws Exception {
        MemoryEnd server = server(Certified.of("TLSv1.3", false));
        server.sendTo(bytes -> {});
        byte[] message = new byte[30_000];
        message[0] = CLIENT_HELLO;
        message[2] = (byte) (message.length >> 8);
        message[3] = (byte) message.length;
        int pieces = 0;
        for (; pieces < message.length && server.insecure() == null; pieces++) {
            server.arrives(ByteBuffer.wrap(new byte[] {HANDSHAKE, 3, 3, 0, 1, message[pieces]}));
            run(server);
        }
        assertTrue(pieces < 300, pieces + " pieces");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1})
    void aHandshakeInSmallPiecesWorks(int size) throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        MemoryEnd client = new MemoryEnd(tls.client(), buffers.buffers, Runnable::run);
        MemoryEnd.join(server, client);
        client.sendTo(bytes -> {
            while (bytes.hasRemaining()) {
                int count = Math.min(size, bytes.remaining());
                server.arrives(ByteBuffer.allocate(count).put(0, bytes, bytes.position(), count));
                bytes.position(bytes.position() + count);
            }
        });
        client.layer.start();
        while (!server.isSecured() || !client.isSecured()) {
            run(client);
            run(server);
            assertNull(server.insecure());
        }
    }

    @Test
    void whatArrivesWhileATaskRunsIsCountedAndCostsLinearTime() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        assertTrue(server.isHeld());
        ByteBuffer one = ByteBuffer.allocate(1);
        int count = 2_000_000;
        for (int i = 0; i < count; i++) {
            server.layer.receive(one.clear());
        }
        long held = server.layer.bufferedBytes();
        assertTrue(held >= count && held <= 3 * count, held + " bytes");
        run(server);
        assertNotNull(server.insecure(), "bytes of 0 are not records");
        assertEquals(0, server.layer.bufferedBytes());
    }

    @Test
    void recordsOfOneByteArriveTogether() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        AtomicLong pieces = new AtomicLong();
        server.onDecrypted(bytes -> {
            pieces.incrementAndGet();
            received.addAndGet(bytes.remaining());
        });
        ByteBuffer all = ByteBuffer.allocate(100_000);
        for (int i = 0; i < 1_000; i++) {
            all.put(client.record(ByteBuffer.allocate(1)));
        }
        server.layer.receive(all.flip());
        assertEquals(1_000, received.get());
        assertEquals(1, pieces.get());
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        Certified tls = Certified.of("TLSv1.2", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        run(client);
        assertTrue(server.isSecured());
        server.arrives(client.keyUpdate()); // In TLS 1.2 this begins a handshake.
        assertEquals(0, run(server), "tasks");
        assertTrue(server.insecure().contains("renegotiation"), server.insecure());
    }
}
