package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * What leaves one connection: bytes in records, what TLS itself wants to be sent, and the alert that ends it, each whole and in
 * the order in which it was made. Thread-safe; one thread at a time uses the engine to send.
 */
final class TlsOutput {

    /** Who may use the engine to send. */
    private enum State {
        /** Whoever has something to send. */
        OPEN,
        /** Nobody: a task of the handshake runs, and the engine makes everybody wait until that is over. */
        LENT,
        /** Nobody any more. */
        FINISHED
    }

    private static final int MAX_OWN_BYTES = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final TlsLayer.Below below;
    private final Object lock = new Object();
    private volatile State state = State.OPEN; // Changed under the lock only.
    private volatile long contentBytes; // Changed under the lock only.

    TlsOutput(SSLEngine engine, TlsBuffers buffers, TlsLayer.Below below) {
        this.engine = engine;
        this.buffers = buffers;
        this.below = below;
    }

    /** The engine is to run a task. Nothing can be sent until {@link #takeBack()}. */
    void lend() {
        synchronized (lock) {
            if (state == State.OPEN) {
                state = State.LENT;
            }
        }
    }

    /**
     * The engine has run its task.
     *
     * @return whether anything may still be sent
     */
    boolean takeBack() {
        synchronized (lock) {
            if (state == State.LENT) {
                state = State.OPEN;
            }
            return state == State.OPEN;
        }
    }

    /** Whether it is about to be told, or was told, that nothing more is sent. */
    boolean isFinished() {
        return state == State.FINISHED;
    }

    /** How many bytes of contents were sent. */
    long contentBytes() {
        return contentBytes;
    }

    /**
     * Sends bytes.
     *
     * @param bytes what to send, perhaps none, read to their end
     * @throws SSLException if nothing more can be sent
     */
    void send(ByteBuffer bytes) throws SSLException {
        ByteBuffer room = buffers.take();
        try {
            synchronized (lock) {
                if (state != State.OPEN) {
                    throw new SSLException("TLS has ended");
                }
                encrypt(bytes, room);
                enqueue(room, TlsLayer.Contents.LAST);
            }
        } finally {
            buffers.give(room);
            below.send();
        }
    }

    private void encrypt(ByteBuffer bytes, ByteBuffer room) throws SSLException {
        long before = bytes.remaining();
        while (bytes.hasRemaining()) {
            SSLEngineResult result = engine.wrap(bytes, room);
            switch (result.getStatus()) {
                case OK -> {
                    if (result.bytesProduced() == 0) {
                        throw new SSLException("TLS does not send now: " + result.getHandshakeStatus());
                    }
                }
                case BUFFER_OVERFLOW -> {
                    if (room.position() == 0) {
                        throw new SSLException("a record of TLS has no room");
                    }
                    enqueue(room, TlsLayer.Contents.SOME);
                }
                default -> {
                    enqueue(room, TlsLayer.Contents.SOME); // The alert that ends it.
                    throw new SSLException("TLS has ended");
                }
            }
        }
        contentBytes += before;
    }

    private void enqueue(ByteBuffer room, TlsLayer.Contents contents) {
        room.flip();
        if (room.hasRemaining() || contents == TlsLayer.Contents.LAST) { // Somebody waits for the last, whatever there was.
            below.enqueue(ByteBuffer.allocate(room.remaining()).put(room).flip(), contents);
        }
        room.clear();
    }

    /**
     * Sends one record that TLS itself wants to be sent. Whether there is one is looked at under the lock: a thread that sends
     * bytes has it sent before them.
     *
     * @return what the engine said, or null if there was none
     * @throws SSLException if it cannot be sent, or if the peer does not take what was sent before
     */
    SSLEngineResult sendOwn() throws SSLException {
        if (below.ownBacklog() > MAX_OWN_BYTES) {
            throw new SSLException("the peer provokes records of TLS itself, such as key updates, and does not read them");
        }
        SSLEngineResult result = null;
        ByteBuffer room = buffers.take();
        try {
            synchronized (lock) {
                if (state != State.LENT) {
                    result = encryptOwn(room);
                }
            }
        } finally {
            buffers.give(room);
        }
        below.send();
        return result;
    }

    private SSLEngineResult encryptOwn(ByteBuffer room) throws SSLException {
        if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            return null;
        }
        SSLEngineResult result = engine.wrap(NOTHING.duplicate(), room);
        enqueue(room, TlsLayer.Contents.OWN);
        return result;
    }

    /**
     * Tells the peer that nothing more is sent, after what is still to be sent before. While a task of the handshake runs it
     * cannot be told without waiting for that: then the end of the connection tells it.
     */
    void finish() {
        ByteBuffer room = buffers.take();
        try {
            synchronized (lock) {
                boolean open = state == State.OPEN;
                state = State.FINISHED;
                if (open) {
                    engine.closeOutbound();
                    SSLEngineResult result;
                    do {
                        result = encryptOwn(room);
                    } while (result != null && result.bytesProduced() > 0);
                }
            }
        } catch (SSLException | RuntimeException e) {
            // The peer sees the end of the connection instead.
        } finally {
            buffers.give(room);
        }
        below.send();
    }
}
