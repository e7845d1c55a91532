package org.slimta.bus.impl.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.impl.tls.TlsTransport.RecordKind;

/** Whichever end ends TLS, and whenever: nothing that came before is lost, and the other end is notified. */
@Timeout(60)
class TlsLayerEndTest {

    private final CountedBuffers buffers = new CountedBuffers();
    private final Deque<Runnable> elsewhere = new ArrayDeque<>();
    private final Random random = new Random(1);
    private final StringBuilder received = new StringBuilder();

    private MemoryEnd server(Certified tls) {
        MemoryEnd server = new MemoryEnd(tls.server(), buffers.buffers, Runnable::run);
        server.onDecrypted(bytes -> received.append(US_ASCII.decode(bytes)));
        return server;
    }

    private static ByteBuffer bytes(String text) {
        return US_ASCII.encode(text);
    }

    private static ByteBuffer together(ByteBuffer... all) {
        ByteBuffer sum = ByteBuffer.allocate(100_000);
        for (ByteBuffer each : all) {
            sum.put(each);
        }
        return sum.flip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whatArrivedBeforeABadRecordIsDelivered(String protocol) throws Exception {
        Certified tls = Certified.of(protocol, false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        ByteBuffer good = client.record(bytes("good"));
        ByteBuffer bad = client.record(bytes("bad"));
        bad.put(bad.limit() - 1, (byte) (bad.get(bad.limit() - 1) ^ 1));
        server.layer.receive(together(good, bad, client.record(bytes("late"))));
        assertEquals("good", received.toString());
        assertTrue(server.insecure().startsWith("TLS failed: "), server.insecure());
        assertThrows(SSLException.class, client::run, "it is told by an alert");
        assertEquals(0, server.layer.bufferedBytes());
        buffers.assertAllRecycled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whatArrivedBeforeTheEndIsDelivered(String protocol) throws Exception {
        Certified tls = Certified.of(protocol, false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        ByteBuffer good = client.record(bytes("good"));
        client.engine.closeOutbound();
        server.layer.receive(together(good, client.next()));
        assertEquals("good", received.toString());
        assertTrue(server.isPeerDone());
        assertNull(server.insecure());
        assertEquals(0, server.layer.bufferedBytes());
    }

    @Test
    void aPeerThatHasFinishedGetsWhatIsSentAndTheEnd() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        client.engine.closeOutbound();
        client.run();
        assertTrue(server.isPeerDone());
        server.layer.send(bytes("answer"));
        server.layer.finish();
        client.run();
        assertEquals(6, client.received());
        assertTrue(client.isDone(), "it is told that nothing more comes");
        assertThrows(SSLException.class, () -> server.layer.send(bytes("more")));
    }

    /** Before TLS 1.3 the end must be answered at once. */
    @Test
    void aPeerOfTls12ThatHasFinishedGetsTheEnd() throws Exception {
        Certified tls = Certified.of("TLSv1.2", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        client.engine.closeOutbound();
        client.run();
        assertTrue(server.isPeerDone());
        assertTrue(client.isDone());
        assertThrows(SSLException.class, () -> server.layer.send(bytes("more")));
    }

    /** The last record makes a key update due, which must be sent before the end. */
    @Test
    void theEndIsSentThoughNewKeysAreDue() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        for (int size = (64 << 10) - 200; size < (64 << 10) + 100; size += 20) {
            MemoryEnd server = server(tls);
            RawPeer client = new RawPeer(tls.client(), server);
            client.run();
            server.layer.send(ByteBuffer.allocate(size));
            server.layer.finish();
            client.readAll();
            assertEquals(size, client.received());
            assertTrue(client.isDone(), "it is told that nothing more comes after " + size + " bytes");
        }
    }

    @Test
    void theEndDoesNotComeIntoTheMiddleOfWhatIsSent() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        Thread finishing = new Thread(server.layer::finish);
        server.onEnqueue(kind -> {
            if (kind == RecordKind.DATA && finishing.getState() == Thread.State.NEW) {
                finishing.start();
                while (finishing.getState() != Thread.State.BLOCKED && finishing.isAlive()) {
                    Thread.onSpinWait();
                }
            }
        });
        int size = 300_000;
        server.layer.send(ByteBuffer.allocate(size));
        finishing.join();
        client.run();
        assertEquals(size, client.received());
        assertTrue(client.isDone());
    }

    /** The engine blocks its callers while a task runs. */
    @Test
    void finishingDoesNotWaitForATaskOfTheHandshake() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = new MemoryEnd(tls.server(), buffers.buffers, elsewhere::add);
        RawPeer client = new RawPeer(tls.client(), server);
        client.run();
        assertEquals(1, elsewhere.size());
        assertTrue(server.isHeld());
        server.layer.finish();
        assertEquals(0, server.records(), "the engine is left alone");
        elsewhere.remove().run();
        client.run();
        assertEquals(0, server.records());
        assertEquals(0, elsewhere.size());
        assertFalse(server.isSecured());
        assertNull(server.insecure());
        assertEquals(0, server.layer.bufferedBytes());
        buffers.assertAllRecycled();
    }

    /** Generating keys takes milliseconds. */
    @Test
    void aClientGeneratesItsKeysOnAnotherThread() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd client = new MemoryEnd(tls.client(), buffers.buffers, elsewhere::add);
        client.sendTo(bytes -> {});
        client.layer.start();
        assertTrue(client.isHeld());
        assertThrows(SSLException.class, () -> client.layer.send(bytes("early")));
        client.layer.finish();
        assertEquals(0, client.records());
        elsewhere.remove().run();
        assertEquals(0, client.records());
        MemoryEnd.run(random, client);
        assertEquals(1, client.records(), "the first message of the handshake");
        assertFalse(client.isHeld());
    }

    @Test
    void aPeerWithoutTlsGetsAnAlert() throws Exception {
        MemoryEnd server = server(Certified.of("TLSv1.3", false));
        ByteBuffer alert = ByteBuffer.allocate(100);
        server.sendTo(alert::put);
        server.layer.receive(bytes("GET / HTTP/1.1\r\n\r\n"));
        assertNotNull(server.insecure());
        assertEquals(ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, 10}), alert.flip());
        server.layer.receive(bytes("Host: localhost\r\n\r\n"));
        assertThrows(SSLException.class, () -> server.layer.send(bytes("answer")));
        server.layer.finish();
        assertEquals(0, server.layer.bufferedBytes());
    }

    @Test
    void whateverTheListenerThrowsEndsTheConnection() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        for (Throwable thrown : new Throwable[] {new IllegalStateException("broken"), new StackOverflowError()}) {
            MemoryEnd server = server(tls);
            RawPeer client = new RawPeer(tls.client(), server);
            client.run();
            server.onDecrypted(bytes -> {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            });
            server.layer.receive(client.record(bytes("a")));
            assertEquals(thrown, server.cause());
            server.layer.receive(client.record(bytes("b")));
        }
        buffers.assertAllRecycled();
    }

    @Test
    void aFailureThatRepeatsWhileTheAlertIsSentIsOneFailure() throws Exception {
        Certified tls = Certified.of("TLSv1.3", false);
        MemoryEnd server = server(tls);
        RawPeer client = new RawPeer(tls.client(), server);
        RuntimeException broken = new IllegalStateException("broken");
        server.onEnqueue(kind -> {
            throw broken;
        });
        client.run();
        assertEquals(broken, server.cause());
        assertEquals(0, broken.getSuppressed().length);
        assertFalse(server.hasThrown());
    }

    /** Each failure of a handshake is reported once at both ends, and nothing is thrown. */
    @Test
    void handshakesThatFailAreReported() throws Exception {
        Certified old = Certified.of("TLSv1.2", false);
        Certified recent = Certified.of("TLSv1.3", false);
        Certified strict = Certified.of("TLSv1.3", true);
        Certified oldAndStrict = Certified.of("TLSv1.2", true);
        Certified[][] pairs = {{old, recent}, {recent, old}, {strict, recent}, {oldAndStrict, old}};
        for (Certified[] pair : pairs) {
            MemoryEnd server = new MemoryEnd(pair[0].server(), buffers.buffers, elsewhere::add);
            MemoryEnd client = new MemoryEnd(pair[1].client(), buffers.buffers, elsewhere::add);
            MemoryEnd.join(server, client);
            client.layer.start();
            do {
                while (!elsewhere.isEmpty()) {
                    elsewhere.remove().run();
                }
                MemoryEnd.run(random, server, client);
            } while (!elsewhere.isEmpty());
            assertNotNull(server.insecure());
            assertTrue(client.insecure().contains("the peer refused the TLS handshake"), client.insecure());
            assertFalse(server.hasThrown() || client.hasThrown());
        }
        buffers.assertAllRecycled();
    }
}
