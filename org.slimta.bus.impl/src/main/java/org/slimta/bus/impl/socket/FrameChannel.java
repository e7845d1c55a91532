package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.nio.NIOConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.tls.TlsLayer;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;

/** One connection as a way for frames, in both directions. */
final class FrameChannel {

    /** Whom the connection serves. Called on its selector thread, so it must not block. */
    interface Listener {

        /** A frame arrived. */
        void onFrame(Frame frame);

        /** All frames that arrived together were handed over; part of another one may be there. */
        default void onPause(boolean midFrame) {}

        /** What arrived is no frame, or over a limit. What follows is ignored. */
        void onBadFrame(BusException failure);

        /** Something that was to be written is. Called on any thread. */
        default void onWritten() {}

        /** The TLS handshake is over. The identity is null if the peer has shown none. Without TLS this is never called. */
        default void onSecured(PeerIdentity identity) {}

        /** The connection is closed, by whomever. May be called on any thread. */
        void onClosed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);

    private static final int HANDSHAKE_RECORD = 0x1603;
    private static final int ALERT_RECORD = 0x1503;

    private final Connection<?> connection;
    private final Listener listener;
    private final HeldBytes budget;
    private final HeldBytes.Share held;
    private final Pace pace = new Pace();
    private final SocketWriter writer;
    private final Outbox outbox;
    private final Runnable flush;
    private final TlsLayer tls;
    private final long created = System.nanoTime();
    private FrameDecoder decoder;
    private ByteBuffer leftover;
    private volatile boolean paused;
    private volatile boolean starved;
    private boolean handshaking;
    private boolean peerDone;
    private boolean anyFrame;
    private int opening;
    private int openingSize;
    private volatile boolean deaf;
    private volatile boolean closing;
    private final AtomicLong aside = new AtomicLong();
    private volatile long arriving;
    private volatile long lastRead = System.nanoTime();

    /**
     * A channel on a connection.
     *
     * @param connection the connection
     * @param listener whom it serves
     * @param end what all connections of that end of a bus work with
     * @param target whom a client connects to, not resolved; or null
     * @param streams reads attachments that are to be written, which may block
     * @param countsAnswers whether what waits to be written counts for what is held in memory
     */
    FrameChannel(
            Connection<?> connection,
            Listener listener,
            BusEnd end,
            InetSocketAddress target,
            Executor streams,
            boolean countsAnswers) {
        this.connection = connection;
        this.listener = listener;
        this.budget = end.held();
        this.held = budget.newShare();
        this.decoder = new FrameDecoder(end.limits());
        this.writer = new SocketWriter(connection, this::close);
        Outbox.Sink sink;
        if (end.tls() == null) {
            this.tls = null;
            sink = this::sendPlain;
        } else {
            TlsLink secure = new TlsLink(writer, this::hold, this::goOnAfter);
            this.tls = new TlsLayer(
                    end.tls(),
                    target,
                    end.network().tlsBuffers(),
                    end.threads().handshakes(),
                    secure,
                    new Above());
            secure.use(tls);
            sink = secure;
        }
        this.outbox = new Outbox(
                sink, streams, this::onSelector, this::close, countsAnswers ? held : null, listener::onWritten);
        this.flush = outbox::flush;
    }

    private void sendPlain(ByteBuffer bytes, SocketWriter.Listener whenSent) {
        writer.add(bytes, whenSent);
        writer.flush();
    }

    /** What TLS tells. */
    private final class Above implements TlsLayer.Above {

        @Override
        public void onPlain(ByteBuffer bytes) {
            take(bytes);
        }

        @Override
        public void onSecured(PeerIdentity identity) {
            listener.onSecured(identity);
        }

        @Override
        public void onInsecure(String why, Throwable cause) {
            refuse(new BusException(Reason.CONNECT, why, cause));
        }

        @Override
        public void onPeerDone() {
            if (paused) {
                peerDone = true; // As without TLS, where the end is not read before what came before it is answered.
            } else {
                close();
            }
        }
    }

    /** Whether a TLS handshake is still to come to its end. */
    boolean isSecuring() {
        return tls != null && !tls.isSecured();
    }

    /** Begins the TLS handshake of a client. */
    void secure() {
        onSelector(tls::start);
    }

    /** How long it has been there, in nanoseconds. */
    long age() {
        return System.nanoTime() - created;
    }

    private void hold() {
        handshaking = true;
        switchReading(false);
    }

    private void goOnAfter(Runnable first) {
        onSelector(() -> {
            handshaking = false;
            first.run();
            weigh();
            if (!isPaused()) {
                switchReading(true);
            }
        });
    }

    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    /** Takes what arrived. */
    void received(ByteBuffer bytes) {
        lastRead = System.nanoTime();
        if (deaf) {
            return;
        }
        if (tls == null) {
            while (openingSize < 2 && openingSize < bytes.remaining()) {
                opening = opening << 8 | bytes.get(openingSize++) & 0xff;
            }
            take(bytes);
        } else {
            tls.receive(bytes);
        }
        weigh();
    }

    private void take(ByteBuffer bytes) {
        if (deaf) {
            return;
        }
        if (pace.hasBegun()) {
            pace.moved(bytes.remaining());
        }
        if (paused || starved) {
            keep(bytes);
        } else {
            decode(bytes);
        }
    }

    /** Tells how much has arrived and waits for the rest, and stops reading if that is too much. */
    private void weigh() {
        if (deaf) {
            return;
        }
        long now = decoder.held() + (leftover == null ? 0 : leftover.remaining()) + (tls == null ? 0 : tls.held());
        if (now != arriving) {
            held.add(now - arriving);
            arriving = now;
            if (now > budget.limit()) {
                refuse(new BusException(
                        Reason.TOO_LARGE, "what arrives is larger than all that may be held, heldSize of " + budget.limit()));
                return;
            }
        }
        if (!starved && budget.isUsedUpFor(onItsWay())) {
            starved = true;
            stopReading();
            budget.await(this);
        }
    }

    private void decode(ByteBuffer bytes) {
        try {
            Frame frame = null;
            while (!deaf && !paused && (frame = decoder.decode(bytes)) != null) {
                pace.end();
                anyFrame = true;
                listener.onFrame(frame);
            }
        } catch (BusException e) {
            refuse(e);
            return;
        }
        if (!deaf) {
            keep(bytes);
            boolean midFrame = decoder.isMidFrame();
            if (midFrame && !pace.hasBegun()) {
                pace.begin();
            }
            listener.onPause(midFrame);
        }
    }

    private void refuse(BusException failure) {
        boolean first = !anyFrame;
        ignore();
        listener.onBadFrame(first && isLikeTls() ? spokenTls(failure) : failure);
    }

    /** A frame that begins as a record of TLS does would have thousands of parts, and XML of 16 MiB at least. */
    private boolean isLikeTls() {
        return opening == HANDSHAKE_RECORD || opening == ALERT_RECORD;
    }

    private static BusException spokenTls(BusException failure) {
        return new BusException(
                Reason.MALFORMED, "it speaks TLS, and this end does not; set tls at both ends, or at none", failure);
    }

    /** Ends it, since what it holds is needed. To be called on the selector thread. */
    void giveUp(String why) {
        if (isOpen()) {
            refuse(new BusException(Reason.OVERLOADED, why));
            close();
        }
    }

    private void keep(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        int before = leftover == null ? 0 : leftover.remaining();
        ByteBuffer all = ByteBuffer.allocate(before + bytes.remaining());
        if (before > 0) {
            all.put(leftover);
        }
        leftover = all.put(bytes).flip();
    }

    void closed() {
        deaf = true;
        held.close();
        if (starved) {
            budget.forget(this);
        }
        listener.onClosed();
    }

    /** It holds so many bytes more, or less, for as long as it is open. */
    void hold(long bytes) {
        held.add(bytes);
    }

    /** So many more bytes of what it holds, or less, wait until some answers are taken. */
    void holdAside(long bytes) {
        aside.addAndGet(bytes);
    }

    /** How many bytes it holds of what is still to arrive whole, or to be taken, or waits for that. */
    long onItsWay() {
        return arriving + outbox.held() + aside.get();
    }

    /** Whether more than that of it, in bytes, has stood still since some time, though it could move. */
    boolean isStuck(long more, long since) {
        return arriving > more && !paused && lastRead - since < 0
                || outbox.held() + aside.get() > more && outbox.backlog() > 0 && outbox.progress() - since < 0;
    }

    /** When the frame began that is arriving, as {@link System#nanoTime()}; or when something arrived last. */
    long frameStart() {
        return pace.hasBegun() ? pace.start() : lastRead;
    }

    /** Whether a frame has been arriving for longer than that, in nanoseconds. */
    boolean isArrivingFor(long nanos) {
        return pace.hasBegun() && System.nanoTime() - pace.start() > nanos;
    }

    /** The time of a frame runs from now on, though nothing of it has arrived. */
    void expectFrame() {
        pace.begin();
    }

    /** What is wrong with the pace of what arrives, or null. */
    String lateArrival(long timeout, long rate) {
        return deaf ? null : pace.overdue(timeout, rate);
    }

    /** What is wrong with the pace of what is to be taken, or null. */
    String lateTaking(long timeout, long rate) {
        return outbox.overdue(timeout, rate);
    }

    boolean isOpen() {
        return !closing && connection.isOpen();
    }

    /** When something arrived last, as {@link System#nanoTime()}. */
    long lastRead() {
        return lastRead;
    }

    /** Runs something on the selector thread, soon. */
    void onSelector(Runnable task) {
        connection.executeInEventThread(IOEvent.NONE, task);
    }

    /** Reads no more until {@link #resume()}. To be called on the selector thread. */
    void pause() {
        if (!paused) {
            paused = true;
            stopReading();
        }
    }

    /** Whether it reads nothing now, for whatever reason. To be called on the selector thread. */
    boolean isPaused() {
        return paused || starved || handshaking;
    }

    /** Whether it waits for room in memory. */
    boolean isStarved() {
        return starved;
    }

    /** Reads on. To be called on the selector thread. */
    void resume() {
        if (paused) {
            paused = false;
            readOn();
        }
    }

    /** There may be room for what it reads. To be called on the selector thread. */
    void goOn() {
        if (starved) {
            starved = false;
            readOn();
        }
    }

    private void readOn() {
        if (isPaused()) {
            return;
        }
        if (peerDone) {
            close();
            return;
        }
        pace.goOn();
        ByteBuffer bytes = leftover;
        leftover = null;
        if (bytes != null && !deaf) {
            decode(bytes);
            weigh();
        }
        if (!isPaused()) {
            switchReading(true);
        }
    }

    private void stopReading() {
        pace.holdUp();
        switchReading(false);
    }

    /** Reads one byte, though it waits, to see whether there is any. To be called on the selector thread. */
    void probe() {
        if (starved && !deaf) {
            try {
                ByteBuffer one = ByteBuffer.allocate(1);
                if (((SocketChannel) ((NIOConnection) connection).getChannel()).read(one) > 0) {
                    received(one.flip());
                }
            } catch (IOException e) {
                LOG.debug("{} is gone", connection, e);
                close();
            }
        }
    }

    private void switchReading(boolean on) {
        try {
            NIOConnection nio = (NIOConnection) connection;
            if (on) {
                nio.enableIOEvent(IOEvent.READ);
            } else {
                nio.disableIOEvent(IOEvent.READ);
            }
        } catch (IOException e) {
            LOG.debug("{} is gone", connection, e);
            close();
        }
    }

    /** Adds a frame to what is to be written; its place there is needed to withdraw it. */
    Outbox.Entry add(Outbox.Item item) {
        return outbox.add(item);
    }

    /** Nobody wants a frame any more. */
    void withdraw(Outbox.Entry entry) {
        outbox.withdraw(entry);
    }

    /** Writes now what is to be written, on this thread. */
    void flush() {
        outbox.flush();
    }

    /** What writes what is to be written: always the same object. */
    Runnable flusher() {
        return flush;
    }

    /** How many bytes wait to be written. */
    long backlog() {
        return outbox.backlog();
    }

    /** Whether what waits to be written takes more memory than can be spared. */
    boolean isHoldingTooMuch() {
        return budget.isScarceFor(outbox.held());
    }

    /** Has something done when there is more room in memory. */
    void whenThereIsRoom(Runnable action) {
        budget.whenThereIsRoom(action);
    }

    /** When something of the backlog left last, as {@link System#nanoTime()}. */
    long lastWrite() {
        return outbox.progress();
    }

    /** Hears nothing more. To be called on the selector thread. */
    void ignore() {
        if (!deaf) {
            deaf = true;
            leftover = null;
            decoder = null;
            pace.end();
            held.add(-arriving);
            arriving = 0;
        }
    }

    /**
     * Ends the connection after what was written. What the peer still sends is ignored until it has closed too; if it has sent
     * nothing more, and will not, there is no need to wait for that: to close a connection with something unread would
     * destroy what is on its way to the peer.
     *
     * @param peerMaySendMore whether the peer may send something yet
     */
    void finish(boolean peerMaySendMore) {
        deaf = true;
        if (tls != null) {
            tls.finish();
        }
        writer.addEnd(() -> onSelector(() -> endOutput(peerMaySendMore)));
        writer.flush();
    }

    /** All that was to be sent has left. On the selector thread. */
    private void endOutput(boolean peerMaySendMore) {
        try {
            SocketChannel socket = (SocketChannel) ((NIOConnection) connection).getChannel();
            if (!peerMaySendMore && socket.read(ByteBuffer.allocate(1)) <= 0) {
                close();
                return;
            }
            socket.shutdownOutput();
            hearOut();
        } catch (IOException e) {
            LOG.debug("{} is gone", connection, e);
            close();
        }
    }

    private void hearOut() {
        budget.forget(this);
        starved = false;
        paused = false;
        handshaking = false;
        switchReading(true);
    }

    /**
     * Closes it now; what waits to be written is lost. Grizzly's own way to close waits until all is written, for ever if the
     * peer does not read. It is closed on the selector thread, since Grizzly leaves thread locals on the one that does it.
     */
    void close() {
        closing = true;
        onSelector(connection::terminateSilently);
    }
}
