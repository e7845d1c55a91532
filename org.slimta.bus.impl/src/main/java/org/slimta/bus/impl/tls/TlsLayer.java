package org.slimta.bus.impl.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slimta.bus.api.PeerIdentity;

/**
 * TLS of one connection: records in, bytes out, and the other way round. It takes memory for bytes that are there, runs what
 * takes its time elsewhere, and refuses to renegotiate. What arrives is given to it by one thread at a time; what is to be sent
 * may come from any.
 */
public final class TlsLayer {

    /** The connection. */
    public interface Below {

        /**
         * Sends records, in the order of the calls. Must neither block nor call back.
         *
         * @param records the bytes, the caller's no more
         * @param contents what is in them
         */
        void enqueue(ByteBuffer records, Contents contents);

        /** Starts to send what was enqueued. Called after each {@link #enqueue}, without any lock. */
        void send();

        /** How many bytes of the layer itself have not left yet. */
        long ownBacklog();

        /** Gives the layer nothing until {@link #goOn()}. */
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

    private static final int HEADER = 5;
    private static final int LARGEST_RECORD = HEADER + (16 << 10) + 2048;
    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 23;
    private static final int MOST_OWN = 64 << 10;
    private static final int SMALLEST_PARTIAL = 64;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A fatal alert, unexpected message. Source: RFC 8446, 5.1 and 6. */
    private static final byte[] UNEXPECTED = {ALERT, 3, 3, 0, 2, 2, 10};

    private final Tls tls;
    private final InetSocketAddress target;
    private final TlsBuffers buffers;
    private final Executor threads;
    private final Below below;
    private final Above above;
    private final Object sending = new Object();
    private ByteBuffer partial;
    private ByteBuffer early;
    private boolean anything;
    private boolean busy;
    private volatile SSLEngine engine;
    private volatile boolean over;
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

    /** Begins the handshake of a client. */
    public void start() {
        engine = tls.newEngine(target);
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            fail(e);
        }
        receive(NOTHING.duplicate());
    }

    /**
     * Tells whether the handshake is over.
     *
     * @return whether bytes can be sent
     */
    public boolean isSecured() {
        return secured;
    }

    /**
     * How much it keeps of what is not a whole record yet.
     *
     * @return bytes
     */
    public long held() {
        return (partial == null ? 0 : partial.capacity()) + (early == null ? 0 : early.remaining());
    }

    /**
     * Takes what arrived.
     *
     * @param records the bytes, read to their end
     */
    public void receive(ByteBuffer records) {
        if (over) {
            return;
        }
        if (busy) {
            keepEarly(records);
            return;
        }
        ByteBuffer plain = buffers.take();
        try {
            process(records, plain);
        } catch (SSLException | RuntimeException e) {
            fail(e);
        } finally {
            buffers.give(plain);
        }
    }

    private void keepEarly(ByteBuffer records) {
        ByteBuffer all = ByteBuffer.allocate((early == null ? 0 : early.remaining()) + records.remaining());
        if (early != null) {
            all.put(early);
        }
        early = all.put(records).flip();
    }

    private void process(ByteBuffer records, ByteBuffer plain) throws SSLException {
        if (!anything && engine == null && records.hasRemaining()) {
            anything = true;
            if (records.get(records.position()) != HANDSHAKE) {
                refusePlain();
                return;
            }
        }
        boolean more = true;
        while (more && !over) {
            switch (engine == null ? HandshakeStatus.NOT_HANDSHAKING : engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    deliver(plain);
                    keepEarly(records);
                    runTasks();
                    return;
                }
                case NEED_WRAP -> sendOwn();
                default -> {
                    ByteBuffer record = nextRecord(records);
                    more = record != null;
                    if (more) {
                        unwrap(record, plain);
                    }
                }
            }
        }
        deliver(plain);
    }

    private void deliver(ByteBuffer plain) {
        if (plain.position() > 0) {
            plain.flip();
            above.onPlain(plain);
            plain.clear();
        }
    }

    /** Who speaks plainly is told so in the way of TLS, since there is no other. */
    private void refusePlain() {
        below.enqueue(ByteBuffer.wrap(UNEXPECTED.clone()), Contents.OWN);
        below.send();
        end("it does not speak TLS, which is all that is spoken here; set tls there", null);
    }

    private void end(String why, Throwable cause) {
        over = true;
        partial = null;
        early = null;
        above.onInsecure(why, cause);
    }

    private void fail(Exception e) {
        if (over) {
            return;
        }
        try {
            for (int i = 0; i < 4 && engine != null && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                sendOwn(); // The alert that tells the peer.
            }
        } catch (SSLException | RuntimeException alert) {
            if (alert != e) {
                e.addSuppressed(alert);
            }
        }
        end(TlsFailure.explain(e, secured), e);
    }

    /** Gives the next record if it is there whole, else keeps what there is of it. */
    private ByteBuffer nextRecord(ByteBuffer records) throws SSLException {
        if (partial != null) {
            fill(records, HEADER);
            if (partial.position() >= HEADER) {
                fill(records, sizeOfRecord(partial, 0));
            }
            if (partial.position() < HEADER || partial.position() < sizeOfRecord(partial, 0)) {
                return null;
            }
            ByteBuffer record = partial.flip();
            partial = null;
            return record;
        }
        int size = records.remaining() < HEADER ? Integer.MAX_VALUE : sizeOfRecord(records, records.position());
        if (records.remaining() < size) {
            if (records.hasRemaining()) {
                partial = ByteBuffer.allocate(Math.max(SMALLEST_PARTIAL, records.remaining()));
                partial.put(records);
            }
            return null;
        }
        ByteBuffer record = records.slice(records.position(), size);
        records.position(records.position() + size);
        return record;
    }

    private void fill(ByteBuffer records, int size) {
        int count = Math.min(size - partial.position(), records.remaining());
        if (count <= 0) {
            return;
        }
        if (partial.remaining() < count) {
            int wanted = Math.max(partial.position() + count, Math.min(2 * partial.capacity(), LARGEST_RECORD));
            partial = ByteBuffer.allocate(wanted).put(partial.flip());
        }
        partial.put(records.slice(records.position(), count));
        records.position(records.position() + count);
    }

    private static int sizeOfRecord(ByteBuffer bytes, int at) throws SSLException {
        int type = bytes.get(at);
        int size = HEADER + Short.toUnsignedInt(bytes.getShort(at + 3));
        if (type < FIRST_TYPE || type > LAST_TYPE || bytes.get(at + 1) != 3 || size > LARGEST_RECORD) {
            throw new SSLException("what it sent is no record of TLS; perhaps it does not speak TLS");
        }
        return size;
    }

    /** A server makes an engine for who has said something, and not before: it is what costs memory. */
    private void unwrap(ByteBuffer record, ByteBuffer plain) throws SSLException {
        if (engine == null) {
            engine = tls.newEngine(target);
        }
        while (record.hasRemaining() && !over) {
            if (plain.remaining() < engine.getSession().getApplicationBufferSize()) {
                deliver(plain);
            }
            int before = record.remaining();
            SSLEngineResult result = engine.unwrap(record, plain);
            switch (result.getStatus()) {
                case CLOSED -> {
                    deliver(plain);
                    over = true;
                    above.onPeerDone();
                    return;
                }
                case OK -> {
                    // Below.
                }
                default -> throw new SSLException("a record of TLS could not be read: " + result.getStatus());
            }
            afterStep(result);
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                return;
            }
            if (record.remaining() == before && result.bytesProduced() == 0) {
                throw new SSLException("a record of TLS could not be read whole");
            }
        }
    }

    private void afterStep(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !secured) {
            secured = true;
            above.onSecured(identity());
        } else if (secured
                && result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                && result.getHandshakeStatus() != HandshakeStatus.FINISHED
                && !engine.getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("it wants to negotiate again, which is not done");
        }
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

    private void runTasks() {
        busy = true;
        below.hold();
        threads.execute(() -> {
            Throwable failure = null;
            try {
                Runnable task;
                while ((task = engine.getDelegatedTask()) != null) {
                    task.run();
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            Throwable failed = failure;
            below.goOn(() -> afterTasks(failed));
        });
    }

    private void afterTasks(Throwable failure) {
        busy = false;
        if (over) {
            return;
        }
        if (failure != null) {
            fail(new SSLException("the handshake could not be worked on: " + failure, failure));
            return;
        }
        ByteBuffer records = early;
        early = null;
        receive(records == null ? NOTHING.duplicate() : records);
    }

    /**
     * Sends what the handshake, or an answer to the peer, wants to be sent. Whether there is something is looked at under the
     * lock: a thread that sends bytes has that sent too, and there may be nothing any more.
     */
    private void sendOwn() throws SSLException {
        if (below.ownBacklog() > MOST_OWN) {
            throw new SSLException("it asks for answers of TLS, and does not take them");
        }
        ByteBuffer room = buffers.take();
        SSLEngineResult result = null;
        try {
            synchronized (sending) {
                if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    result = engine.wrap(NOTHING.duplicate(), room);
                    enqueue(room, Contents.OWN);
                }
            }
        } finally {
            buffers.give(room);
        }
        below.send();
        if (result == null) {
            return;
        }
        if (result.getStatus() == SSLEngineResult.Status.CLOSED && result.bytesProduced() == 0) {
            over = true;
            return;
        }
        if (result.bytesProduced() == 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            throw new SSLException("TLS has something to say, and does not say it: " + result);
        }
        afterStep(result);
    }

    private void enqueue(ByteBuffer room, Contents contents) {
        room.flip();
        if (room.hasRemaining()) {
            below.enqueue(ByteBuffer.allocate(room.remaining()).put(room).flip(), contents);
        }
        room.clear();
    }

    /**
     * Sends bytes.
     *
     * @param bytes what to send, at least one, read to their end
     * @throws SSLException if nothing more can be sent
     */
    public void send(ByteBuffer bytes) throws SSLException {
        ByteBuffer room = buffers.take();
        try {
            synchronized (sending) {
                while (bytes.hasRemaining()) {
                    SSLEngineResult result = engine.wrap(bytes, room);
                    switch (result.getStatus()) {
                        case OK -> {
                            if (result.bytesProduced() == 0) {
                                throw new SSLException("TLS does not send now: " + result);
                            }
                        }
                        case BUFFER_OVERFLOW -> {
                            if (room.position() == 0) {
                                throw new SSLException("a record of TLS has no room");
                            }
                            enqueue(room, Contents.SOME);
                        }
                        default -> throw new SSLException("TLS has ended");
                    }
                }
                enqueue(room, Contents.LAST);
            }
        } finally {
            buffers.give(room);
        }
        below.send();
    }

    /** Tells the peer that nothing more is sent. */
    public void finish() {
        if (over || engine == null) {
            return;
        }
        try {
            engine.closeOutbound();
            sendOwn();
        } catch (SSLException | RuntimeException e) {
            // The peer sees the end of the connection instead.
        }
    }
}
