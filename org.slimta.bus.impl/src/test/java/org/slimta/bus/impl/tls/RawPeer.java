package org.slimta.bus.impl.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** The other end of a layer: uses its engine in ways in which no layer does. */
final class RawPeer {

    private static final InetSocketAddress TARGET = InetSocketAddress.createUnresolved("localhost", 1);
    private static final int ROOM = 40_000;

    final SSLEngine engine;
    private final MemoryEnd end;
    private final Queue<ByteBuffer> arrived = new ArrayDeque<>();
    private final ByteBuffer plain = ByteBuffer.allocate(ROOM);
    private long received;

    RawPeer(Tls tls, MemoryEnd end) throws SSLException {
        engine = tls.newEngine(TARGET);
        engine.beginHandshake();
        this.end = end;
        end.sendTo(arrived::add);
    }

    /** Continues until neither the engine nor the layer has anything to send. */
    void run() throws SSLException {
        Random random = new Random(1);
        boolean moved = true;
        while (moved) {
            moved = end.turn(random);
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    engine.getDelegatedTask().run();
                    moved = true;
                }
                case NEED_WRAP -> moved |= send(next());
                default -> moved |= read();
            }
        }
    }

    /** Reads all that the layer has sent. */
    void readAll() throws SSLException {
        while (read()) {
            // Until everything is read.
        }
    }

    private boolean send(ByteBuffer record) {
        if (!record.hasRemaining()) {
            return false;
        }
        end.arrives(record);
        return true;
    }

    private boolean read() throws SSLException {
        ByteBuffer bytes = arrived.peek();
        if (bytes == null) {
            return false;
        }
        SSLEngineResult result = engine.unwrap(bytes, plain.clear());
        received += result.bytesProduced();
        if (!bytes.hasRemaining()) {
            arrived.remove();
        }
        return result.bytesConsumed() > 0;
    }

    /** A record that the engine wants to send, perhaps empty. */
    ByteBuffer next() throws SSLException {
        return record(ByteBuffer.allocate(0));
    }

    /** A record with some bytes, or one that the engine wants to send before. */
    ByteBuffer record(ByteBuffer bytes) throws SSLException {
        ByteBuffer record = ByteBuffer.allocate(ROOM);
        engine.wrap(bytes, record);
        return record.flip();
    }

    /** A record with a key update, which requests another one. TLS 1.3 only. */
    ByteBuffer keyUpdate() throws SSLException {
        engine.beginHandshake();
        return next();
    }

    /** Everything that the layer has sent since, not decrypted. */
    ByteBuffer takeArrived() {
        ByteBuffer all = ByteBuffer.allocate(
                arrived.stream().mapToInt(ByteBuffer::remaining).sum());
        arrived.forEach(all::put);
        arrived.clear();
        return all.flip();
    }

    /** The number of bytes that were received from the layer. */
    long received() {
        return received;
    }

    /** Whether the layer has said that it sends nothing more. */
    boolean isDone() {
        return engine.isInboundDone();
    }
}
