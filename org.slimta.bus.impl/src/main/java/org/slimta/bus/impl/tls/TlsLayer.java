package org.slimta.bus.impl.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slimta.bus.api.PeerIdentity;

/**
 * TLS of one connection: records in, bytes out, and the other way round. It takes memory for bytes that are there, runs what
 * takes its time elsewhere, and refuses to renegotiate and to work for a peer that sends records for nothing. What arrives is
 * given to it by one thread at a time, on which it calls back; what is to be sent may come from any.
 */
public final class TlsLayer {

    /** The connection. */
    public interface Below {

        /**
         * Sends records, in the order of the calls. Must neither block nor call back.
         *
         * @param records the bytes, the caller's no more; the last may be none
         * @param contents what is in them
         */
        void enqueue(ByteBuffer records, Contents contents);

        /** Starts to send what was enqueued. Called after each {@link #enqueue}, without any lock. */
        void send();

        /** How many bytes of the layer itself have not left yet. */
        long ownBacklog();

        /** Reads nothing more, if possible, until {@link #goOn}: what is given to the layer meanwhile takes memory. */
        void hold();

        /**
         * Gives the layer what arrives again, after it has run something on the thread that does so.
         *
         * @param first what to run
         */
        void goOn(Runnable first);
    }

    /** What records are for. */
    public enum Contents {
        /** The layer itself: a handshake, or an alert. */
        OWN,
        /** Some of the bytes that were given to be sent. */
        SOME,
        /** The last of them. */
        LAST
    }

    /** What uses the connection. Called on the thread that gives what arrives. */
    public interface Above {

        /** Bytes have arrived; they are the callee's until it returns. */
        void onPlain(ByteBuffer bytes);

        /**
         * The handshake is over.
         *
         * @param identity who the peer is, or null
         */
        void onSecured(PeerIdentity identity);

        /**
         * It cannot go on.
         *
         * @param why for a person
         * @param cause what happened, or null
         */
        void onInsecure(String why, Throwable cause);

        /** The peer has said that it sends nothing more. */
        void onPeerDone();
    }

    /** How far it is with what arrives. Changed by the thread that gives what arrives, and no other. */
    private enum State {
        /** Of a server: nothing has arrived yet. */
        SILENT,
        /** What arrives is decrypted. */
        OPEN,
        /** Something runs elsewhere first. What arrives is kept. */
        BUSY,
        /** What arrives is ignored. */
        ENDED
    }

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int MAX_ALERTS = 4;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A fatal alert, unexpected message. Source: RFC 8446, 5.1 and 6. */
    private static final byte[] UNEXPECTED = {ALERT, 3, 3, 0, 2, 2, 10};

    private final Tls tls;
    private final InetSocketAddress target;
    private final TlsBuffers buffers;
    private final Executor threads;
    private final Below below;
    private final Above above;
    private final TlsRecords records = new TlsRecords();
    private final EmptyRecords empty = new EmptyRecords();
    private State state = State.SILENT;
    private SSLEngine engine;
    private volatile TlsOutput output;
    private volatile boolean secured;

    /**
     * A layer that has not begun.
     *
     * @param tls the certificates
     * @param target whom a client connects to; of no use for a server
     * @param buffers room to work in
     * @param threads for what takes processor time in handshakes
     * @param below the connection
     * @param above what uses it
     */
    public TlsLayer(
            Tls tls, InetSocketAddress target, TlsBuffers buffers, Executor threads, Below below, Above above) {
        this.tls = tls;
        this.target = target;
        this.buffers = buffers;
        this.threads = threads;
        this.below = below;
        this.above = above;
    }

    /** Begins the handshake of a client. To be called on the thread that gives what arrives. */
    public void start() {
        runElsewhere(() -> {
            newEngine();
            engine.beginHandshake(); // Makes the keys for it.
            return null;
        });
    }

    private void newEngine() {
        engine = tls.newEngine(target);
        output = new TlsOutput(engine, buffers, below);
    }

    /** {@return whether the handshake is over, so that bytes can be sent} Any thread may ask. */
    public boolean isSecured() {
        return secured;
    }

    /** {@return whether the peer has begun the handshake, be it over or not} Any thread may ask. */
    public boolean hasBegun() {
        return output != null;
    }

    /** {@return how many bytes of memory it takes for what has arrived and is not decrypted yet} */
    public long held() {
        return records.held();
    }

    /**
     * Takes what arrived.
     *
     * @param bytes the bytes, which are read to their end, and the caller's again afterwards
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
                buffers.give(plain);
            }
        }
    }

    private void process(ByteBuffer bytes, ByteBuffer plain) throws SSLException {
        if (state == State.SILENT && bytes.hasRemaining()) {
            if (bytes.get(bytes.position()) != HANDSHAKE) {
                refusePlain();
                return;
            }
            state = State.OPEN;
        }
        empty.beginTurn();
        boolean more = true;
        while (more && state == State.OPEN) {
            switch (engine == null ? HandshakeStatus.NOT_HANDSHAKING : engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    deliver(plain);
                    records.keep(bytes);
                    output.lend();
                    runElsewhere(this::runTasks);
                }
                case NEED_WRAP -> sendOwn();
                default -> {
                    ByteBuffer record = records.next(bytes);
                    more = record != null;
                    if (more) {
                        unwrap(record, plain);
                    }
                    if (more && empty.areMany() && state == State.OPEN) {
                        deliver(plain);
                        records.keep(bytes);
                        runElsewhere(() -> null); // Others have their turn.
                    }
                }
            }
        }
        deliver(plain);
    }

    private void deliver(ByteBuffer plain) {
        if (plain.position() > 0) {
            try {
                above.onPlain(plain.flip());
            } finally {
                plain.clear();
            }
        }
    }

    /** Answers a peer without TLS with an alert of TLS: there is no other way to tell it. */
    private void refusePlain() {
        below.enqueue(ByteBuffer.wrap(UNEXPECTED.clone()), Contents.OWN);
        below.send();
        end("the peer did not start a TLS handshake, and this port accepts only TLS; set tls on the peer", null);
    }

    private void end(String why, Throwable cause) {
        state = State.ENDED;
        records.clear();
        above.onInsecure(why, cause);
    }

    /** What came before it is delivered, and the peer is told by an alert. */
    private void fail(Throwable e, ByteBuffer plain) {
        if (state == State.ENDED) {
            return;
        }
        try {
            deliver(plain);
            for (int i = 0; i < MAX_ALERTS && output != null && output.sendOwn() != null; i++) {
                // There may be more.
            }
        } catch (SSLException | RuntimeException | Error another) {
            if (another != e) { // The engine throws the same one again.
                e.addSuppressed(another);
            }
        }
        end(TlsFailure.explain(e, secured), e);
    }

    /** A server makes an engine for a peer that has sent something, and not before: it is what takes memory. */
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
                case OK -> empty.count(result.bytesProduced(), output.contentBytes());
                default -> throw new SSLException("a record of TLS could not be read: " + result.getStatus());
            }
            afterStep(result);
            if (record.hasRemaining()
                    && (record.remaining() == before && result.bytesProduced() == 0
                            || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK)) {
                throw new SSLException("a record of TLS could not be read whole");
            }
        }
    }

    private void peerDone(ByteBuffer plain) throws SSLException {
        deliver(plain);
        state = State.ENDED;
        records.clear();
        try {
            output.sendOwn(); // Before TLS 1.3 the same must be said at once.
        } finally {
            above.onPeerDone();
        }
    }

    private void afterStep(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !secured) {
            secured = true;
            above.onSecured(identity());
        } else if (secured && isRenegotiation(result.getHandshakeStatus())) {
            throw new SSLException("the peer requested renegotiation, which is not supported");
        }
    }

    private boolean isRenegotiation(HandshakeStatus status) {
        boolean ending = output.isFinished() && status != HandshakeStatus.NEED_TASK; // The alert for that is due.
        return status != HandshakeStatus.NOT_HANDSHAKING
                && status != HandshakeStatus.FINISHED
                && !ending
                && !engine.getSession().getProtocol().equals("TLSv1.3");
    }

    private PeerIdentity identity() {
        try {
            for (Certificate certificate : engine.getSession().getPeerCertificates()) {
                return Certificates.identity((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            // It has shown none, and need not.
        }
        return null;
    }

    /** What arrives meanwhile waits. All that was decrypted must be delivered before. */
    private void runElsewhere(Callable<?> work) {
        state = State.BUSY;
        below.hold();
        threads.execute(() -> {
            Throwable failure = null;
            try {
                work.call();
            } catch (Exception | Error e) {
                failure = e;
            }
            Throwable failed = failure;
            below.goOn(() -> goOn(failed));
        });
    }

    private Void runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        return null;
    }

    private void goOn(Throwable failure) {
        state = State.OPEN;
        boolean mayGoOn = output != null && output.takeBack();
        if (failure != null) {
            fail(new SSLException("a task of the handshake failed: " + failure, failure), NOTHING.duplicate());
        } else if (mayGoOn || secured) {
            receive(NOTHING.duplicate());
        } else {
            state = State.ENDED; // It was finished meanwhile.
            records.clear();
        }
    }

    /** Sends what the handshake, or an answer to the peer, wants to be sent. */
    private void sendOwn() throws SSLException {
        SSLEngineResult result = output.sendOwn();
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
     * Sends bytes. One thread at a time does so.
     *
     * @param bytes what to send, perhaps none, read to their end
     * @throws SSLException if nothing can be sent, or nothing more
     */
    public void send(ByteBuffer bytes) throws SSLException {
        if (output == null) {
            throw new SSLException("the TLS handshake has not begun");
        }
        output.send(bytes);
    }

    /** Tells the peer that nothing more is sent. What it sends is still received. Does not wait for anybody. */
    public void finish() {
        if (output != null) {
            output.finish();
        }
    }
}
