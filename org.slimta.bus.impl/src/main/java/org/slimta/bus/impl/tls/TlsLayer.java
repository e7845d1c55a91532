package org.slimta.bus.impl.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.slimta.bus.impl.tls.TlsTransport.RecordKind;

/**
 * TLS of one connection: decrypts the records that arrive, and encrypts what is sent. Its memory depends on the bytes
 * that have arrived, not on what a peer announces. Tasks of the handshake run on other threads. It refuses
 * renegotiation, and ends the connection of a peer that sends too many records without contents. One thread at a time
 * passes what arrives and is called back; any thread may send.
 */
public final class TlsLayer {

    /** What happens to what arrives. Changed only by the thread that passes what arrives. */
    private enum State {
        /** A server to which nothing has arrived yet. */
        SILENT,
        /** What arrives is decrypted. */
        OPEN,
        /** A task runs on another thread first. What arrives is kept. */
        BUSY,
        /** What arrives is ignored. */
        ENDED
    }

    private static final int HANDSHAKE_TYPE = 22;
    private static final int ALERT_TYPE = 21;
    private static final int MAX_ALERTS = 4;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A record with the fatal alert unexpected_message. Source: RFC 8446, 5.1 and 6. */
    private static final byte[] UNEXPECTED_MESSAGE = {ALERT_TYPE, 3, 3, 0, 2, 2, 10};

    private final Tls tls;
    private final InetSocketAddress target;
    private final TlsBuffers buffers;
    private final Executor threads;
    private final TlsTransport transport;
    private final TlsListener listener;
    private final TlsRecords records = new TlsRecords();
    private final EmptyRecords emptyRecords = new EmptyRecords();
    private State state = State.SILENT;
    private SSLEngine engine;
    private volatile TlsOutput output;
    private volatile boolean secured;

    /**
     * Creates a layer whose handshake has not begun.
     *
     * @param tls the certificates and options
     * @param target the address that a client connects to; ignored at a server
     * @param buffers lends buffers to encrypt and decrypt in
     * @param threads runs the tasks of handshakes, which use processor time
     * @param transport the connection
     * @param listener notified of what arrives
     */
    public TlsLayer(
            Tls tls,
            InetSocketAddress target,
            TlsBuffers buffers,
            Executor threads,
            TlsTransport transport,
            TlsListener listener) {
        this.tls = tls;
        this.target = target;
        this.buffers = buffers;
        this.threads = threads;
        this.transport = transport;
        this.listener = listener;
    }

    /** Begins the handshake of a client. To be called on the thread that passes what arrives. Does not block. */
    public void start() {
        runElsewhere(() -> {
            newEngine();
            engine.beginHandshake(); // Generates the keys for it, which takes processor time.
            return null;
        });
    }

    private void newEngine() {
        engine = tls.newEngine(target);
        output = new TlsOutput(engine, buffers, transport);
    }

    /** {@return whether the handshake is complete, so that bytes can be sent} May be called on any thread. */
    public boolean isSecured() {
        return secured;
    }

    /** {@return whether the handshake has begun; still true when it is complete} May be called on any thread. */
    public boolean hasBegun() {
        return output != null;
    }

    /** {@return the memory, in bytes, of what has arrived and is not decrypted yet} */
    public long bufferedBytes() {
        return records.held();
    }

    /**
     * Decrypts what has arrived. Does not block.
     *
     * @param bytes the bytes, read to their end; they belong to the caller again when this returns
     */
    public void receive(ByteBuffer bytes) {
        if (state == State.BUSY) {
            records.keep(bytes);
        } else if (state != State.ENDED) {
            ByteBuffer plain = buffers.take();
            try {
                process(bytes, plain);
            } catch (SSLException | RuntimeException | Error e) {
                fail(e, plain);
            } finally {
                buffers.recycle(plain);
            }
        }
    }

    private void process(ByteBuffer bytes, ByteBuffer plain) throws SSLException {
        if (state == State.SILENT && bytes.hasRemaining()) {
            if (bytes.get(bytes.position()) != HANDSHAKE_TYPE) {
                refusePlainText();
                return;
            }
            state = State.OPEN;
        }
        emptyRecords.beginTurn();
        boolean more = true;
        while (more && state == State.OPEN) {
            switch (engine == null ? HandshakeStatus.NOT_HANDSHAKING : engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    deliver(plain);
                    records.keep(bytes);
                    output.lendEngine();
                    runElsewhere(this::runTasks);
                }
                case NEED_WRAP -> sendControl();
                default -> {
                    ByteBuffer record = records.next(bytes);
                    more = record != null;
                    if (more) {
                        unwrap(record, plain);
                    }
                    if (more && emptyRecords.areMany() && state == State.OPEN) {
                        deliver(plain);
                        records.keep(bytes);
                        runElsewhere(() -> null); // Other connections get their turn first.
                    }
                }
            }
        }
        deliver(plain);
    }

    private void deliver(ByteBuffer plain) {
        if (plain.position() > 0) {
            try {
                listener.onDecrypted(plain.flip());
            } finally {
                plain.clear();
            }
        }
    }

    /**
     * Returns what to send to a peer that uses TLS while this end does not, or the other way round: an alert that no
     * peer takes for a frame.
     *
     * @return the bytes of a TLS record
     */
    public static ByteBuffer refusal() {
        return ByteBuffer.wrap(UNEXPECTED_MESSAGE.clone());
    }

    /** Sends a TLS alert to a peer that does not use TLS: there is no other way to report it to the peer. */
    private void refusePlainText() {
        transport.enqueue(refusal(), RecordKind.CONTROL);
        transport.flush();
        end("the peer did not start a TLS handshake, and this port accepts only TLS; set tls on the peer", null);
    }

    private void end(String why, Throwable cause) {
        state = State.ENDED;
        records.clear();
        listener.onFailed(why, cause);
    }

    /** Delivers what arrived before the failure, and sends the peer an alert. */
    private void fail(Throwable e, ByteBuffer plain) {
        if (state == State.ENDED) {
            return;
        }
        try {
            deliver(plain);
            for (int i = 0; i < MAX_ALERTS && output != null && output.sendControl() != null; i++) {
                // The engine may want to send more than one record.
            }
        } catch (SSLException | RuntimeException | Error another) {
            if (another != e) { // The engine throws the same one again.
                e.addSuppressed(another);
            }
        }
        end(TlsFailure.explain(e, secured), e);
    }

    /** A server creates the engine only when the peer has sent a record, since the engine uses much memory. */
    private void unwrap(ByteBuffer record, ByteBuffer plain) throws SSLException {
        if (engine == null) {
            newEngine();
        }
        while (record.hasRemaining()) {
            if (plain.remaining() < engine.getSession().getApplicationBufferSize()) {
                deliver(plain);
            }
            int before = record.remaining();
            SSLEngineResult result = engine.unwrap(record, plain);
            switch (result.getStatus()) {
                case CLOSED -> {
                    peerDone(plain);
                    return;
                }
                case OK -> emptyRecords.count(result.bytesProduced(), output.contentBytes());
                default -> throw new SSLException("cannot decrypt a TLS record: " + result.getStatus());
            }
            afterStep(result);
            if (record.hasRemaining()
                    && ((record.remaining() == before && result.bytesProduced() == 0)
                            || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK)) {
                throw new SSLException("a TLS record was not decrypted to its end");
            }
        }
    }

    private void peerDone(ByteBuffer plain) throws SSLException {
        deliver(plain);
        state = State.ENDED;
        records.clear();
        try {
            output.sendControl(); // Before TLS 1.3 this end must answer with the same alert at once.
        } finally {
            listener.onPeerDone();
        }
    }

    private void afterStep(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !secured) {
            secured = true;
            listener.onSecured(Certificates.peerIdentity(engine.getSession()));
        } else if (secured && isRenegotiation(result.getHandshakeStatus())) {
            throw new SSLException("the peer requested renegotiation, which is not supported");
        }
    }

    private boolean isRenegotiation(HandshakeStatus status) {
        // After finish() the engine still has to send the alert for that.
        boolean ending = output.isFinished() && status != HandshakeStatus.NEED_TASK;
        return status != HandshakeStatus.NOT_HANDSHAKING
                && status != HandshakeStatus.FINISHED
                && !ending
                && !engine.getSession().getProtocol().equals("TLSv1.3");
    }

    /**
     * Runs a task on another thread. What arrives meanwhile waits. Everything decrypted must have been delivered
     * before.
     */
    private void runElsewhere(Callable<?> work) {
        state = State.BUSY;
        transport.pauseReading();
        threads.execute(() -> {
            Throwable failure = null;
            try {
                work.call();
            } catch (Exception | Error e) {
                failure = e;
            }
            Throwable failed = failure;
            transport.resumeReading(() -> resume(failed));
        });
    }

    private Void runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        return null;
    }

    private void resume(Throwable failure) {
        state = State.OPEN;
        boolean maySend = output != null && output.takeBackEngine();
        if (failure != null) {
            fail(new SSLException("a handshake task failed: " + failure, failure), NOTHING.duplicate());
        } else if (maySend || secured) {
            receive(NOTHING.duplicate());
        } else {
            state = State.ENDED; // finish() was called meanwhile.
            records.clear();
        }
    }

    /** Sends a record that TLS itself needs: for the handshake, or in response to one of the peer. */
    private void sendControl() throws SSLException {
        SSLEngineResult result = output.sendControl();
        if (result == null) {
            return;
        }
        if (result.bytesProduced() == 0
                && (result.getStatus() == Status.CLOSED || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP)) {
            throw new SSLException("the TLS engine wants to send but produced no record: " + result.getStatus());
        }
        afterStep(result);
    }

    /**
     * Encrypts and sends bytes. To be called by one thread at a time. Does not block.
     *
     * @param bytes the bytes, read to their end; may be empty
     * @throws SSLException if nothing can be sent yet, or nothing more
     */
    public void send(ByteBuffer bytes) throws SSLException {
        if (output == null) {
            throw new SSLException("the TLS handshake has not begun");
        }
        output.send(bytes);
    }

    /** Tells the peer that nothing more is sent. What the peer sends is still received. Does not block. */
    public void finish() {
        if (output != null) {
            output.finish();
        }
    }
}
