package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.slimta.bus.impl.tls.TlsTransport.RecordKind;

/**
 * The output of one connection: encrypted bytes, records that TLS itself needs to send, and the alert that ends it.
 * They leave whole and in the order in which they were created. Thread-safe; one thread at a time uses the engine to
 * send.
 */
final class TlsOutput {

    /** Which thread may use the engine to send. */
    private enum State {
        /** Any thread. */
        OPEN,
        /** No thread: a task of the handshake runs, and the engine would block callers until it has ended. */
        LENT,
        /** No thread any more. */
        FINISHED
    }

    private static final int MAX_CONTROL_BACKLOG_BYTES = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final TlsTransport transport;
    private final Object lock = new Object();
    private volatile State state = State.OPEN; // Changed under the lock only.
    private volatile long contentBytes; // Changed under the lock only.

    TlsOutput(SSLEngine engine, TlsBuffers buffers, TlsTransport transport) {
        this.engine = engine;
        this.buffers = buffers;
        this.transport = transport;
    }

    /** The engine is about to run a task. Nothing can be sent until {@link #takeBackEngine()}. */
    void lendEngine() {
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
    boolean takeBackEngine() {
        synchronized (lock) {
            if (state == State.LENT) {
                state = State.OPEN;
            }
            return state == State.OPEN;
        }
    }

    /** Whether {@link #finish()} was called: the alert that ends the output was sent, or is about to be. */
    boolean isFinished() {
        return state == State.FINISHED;
    }

    /** How many bytes were encrypted so far, without those of TLS itself. */
    long contentBytes() {
        return contentBytes;
    }

    /**
     * Encrypts and sends bytes.
     *
     * @param bytes the bytes, read to their end; may be empty
     * @throws SSLException if nothing more can be sent
     */
    void send(ByteBuffer bytes) throws SSLException {
        ByteBuffer room = buffers.take();
        try {
            synchronized (lock) {
                if (state != State.OPEN) {
                    throw new SSLException("TLS has ended on this connection");
                }
                encrypt(bytes, room);
                enqueue(room, RecordKind.LAST_DATA);
            }
        } finally {
            buffers.recycle(room);
            transport.flush();
        }
    }

    private void encrypt(ByteBuffer bytes, ByteBuffer room) throws SSLException {
        long before = bytes.remaining();
        while (bytes.hasRemaining()) {
            SSLEngineResult result = engine.wrap(bytes, room);
            switch (result.getStatus()) {
                case OK -> {
                    if (result.bytesProduced() == 0) {
                        throw new SSLException("the TLS engine cannot send now: " + result.getHandshakeStatus());
                    }
                }
                case BUFFER_OVERFLOW -> {
                    if (room.position() == 0) {
                        throw new SSLException("a TLS record does not fit into the buffer");
                    }
                    enqueue(room, RecordKind.DATA);
                }
                default -> {
                    enqueue(room, RecordKind.DATA); // It holds the alert that ends TLS.
                    throw new SSLException("TLS has ended on this connection");
                }
            }
        }
        contentBytes += before;
    }

    private void enqueue(ByteBuffer room, RecordKind kind) {
        room.flip();
        // The last one is sent even if it is empty: its sender waits for it to leave.
        if (room.hasRemaining() || kind == RecordKind.LAST_DATA) {
            transport.enqueue(ByteBuffer.allocate(room.remaining()).put(room).flip(), kind);
        }
        room.clear();
    }

    /**
     * Sends one record that TLS itself needs to send. Whether there is one is checked under the lock: a thread that
     * sends bytes sends it before them.
     *
     * @return the result of the engine; null if there was no such record
     * @throws SSLException if it cannot be sent, or if the peer does not read the records that were sent before
     */
    SSLEngineResult sendControl() throws SSLException {
        if (transport.controlBacklog() > MAX_CONTROL_BACKLOG_BYTES) {
            throw new SSLException("the peer provokes TLS control records, such as key updates, without reading them");
        }
        SSLEngineResult result = null;
        ByteBuffer room = buffers.take();
        try {
            synchronized (lock) {
                if (state != State.LENT) {
                    result = encryptControl(room);
                }
            }
        } finally {
            buffers.recycle(room);
        }
        transport.flush();
        return result;
    }

    private SSLEngineResult encryptControl(ByteBuffer room) throws SSLException {
        if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            return null;
        }
        SSLEngineResult result = engine.wrap(NOTHING.duplicate(), room);
        enqueue(room, RecordKind.CONTROL);
        return result;
    }

    /**
     * Tells the peer that nothing more is sent, after what is to be sent before. While a task of the handshake runs
     * this is not possible without waiting for the task: then the peer only sees the end of the connection.
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
                        result = encryptControl(room);
                    } while (result != null && result.bytesProduced() > 0);
                }
            }
        } catch (SSLException | RuntimeException e) {
            // The peer sees the end of the connection instead.
        } finally {
            buffers.recycle(room);
        }
        transport.flush();
    }
}
