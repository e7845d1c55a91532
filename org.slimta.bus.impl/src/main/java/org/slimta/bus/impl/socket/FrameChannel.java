package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;
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
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.tls.TlsLayer;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/** One connection as a way for frames, in both directions. */
final class FrameChannel {

    /** Whom the connection serves. Called on its selector thread, so it must not block. */
    interface Listener {

        /** A frame arrived. */
        void onFrame(Frame frame);

        /** All frames that arrived together were handed over; part of another one may be there. */
        default void onReadComplete(boolean midFrame) {}

        /**
         * A frame was rejected, and it may be possible to tell whom it is for. If it is not skipped, what follows is ignored.
         *
         * @return whether that is all; if not, it is a bad frame
         */
        default boolean onRejectedFrame(RejectedFrameException rejected) {
            return false;
        }

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

    private final Connection<?> connection;
    private final Listener listener;
    private final BoundedLog faults;
    private final HeldBytes budget;
    private final HeldBytes.Share held;
    private final SocketWriter writer;
    private final Below holder = new Below();
    private final FrameReader reader;
    private final Outbox outbox;
    private final Runnable flush;
    private final TlsLayer tls;
    private final long created = System.nanoTime();
    private final Executor workers;
    private volatile boolean closing;
    private final AtomicLong aside = new AtomicLong();

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
        this.faults = end.network().faults();
        this.workers = end.threads()::execute;
        this.budget = end.held();
        this.held = budget.newShare();
        this.reader = new FrameReader(holder, listener, end.limits(), budget, held, new Pace());
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
        this.flush = () -> runSafely(outbox::flush);
    }

    private void sendPlain(ByteBuffer bytes, SocketWriter.Listener whenSent) {
        writer.add(bytes, whenSent);
        writer.flush();
    }

    /** What TLS tells. */
    private final class Above implements TlsLayer.Above {

        @Override
        public void onPlain(ByteBuffer bytes) {
            reader.take(bytes);
        }

        @Override
        public void onSecured(PeerIdentity identity) {
            listener.onSecured(identity);
        }

        @Override
        public void onInsecure(String why, Throwable cause) {
            reader.refuse(new BusException(Reason.CONNECT, why, cause));
        }

        @Override
        public void onPeerDone() {
            reader.peerDone(); // As without TLS, where the end is not read before what came before it is answered.
        }
    }

    /** What the reader asks of the connection. */
    private final class Below implements FrameReader.Source {

        @Override
        public void setReading(boolean on) {
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

        @Override
        public long keptBytes() {
            return tls == null ? 0 : tls.held();
        }

        @Override
        public void onEnd() {
            close();
        }

        @Override
        public long onItsWay() {
            return reader.arriving() + outbox.held() + aside.get();
        }

        /** A frame that we ourselves do not read, for a reason other than memory, is not stuck. */
        @Override
        public boolean isStuck(long more, long since) {
            return reader.arriving() > more
                            && !reader.gate().isClosedForOtherThan(ReadGate.Reason.MEMORY)
                            && reader.lastRead() - since < 0
                    || outbox.held() + aside.get() > more && outbox.backlog() > 0 && outbox.progress() - since < 0;
        }

        @Override
        public long frameStart() {
            return reader.pace().startOr(reader.lastRead());
        }

        @Override
        public Set<ReadGate.Reason> notReadFor() {
            return reader.gate().reasons();
        }

        @Override
        public void goOn() {
            onSelector(() -> reader.goOn(ReadGate.Reason.MEMORY));
        }

        @Override
        public void probe() {
            onSelector(FrameChannel.this::readOneByte);
        }

        @Override
        public void giveUp(String why) {
            onSelector(() -> letGo(new BusException(Reason.OVERLOADED, why)));
        }
    }

    /** Whether a TLS handshake is still to come to its end. */
    boolean isSecuring() {
        return tls != null && !tls.isSecured();
    }

    /** Whether the peer has begun a TLS handshake, be it over or not. */
    boolean hasBegunHandshake() {
        return tls != null && tls.hasBegun();
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
        reader.stop(ReadGate.Reason.HANDSHAKE);
    }

    private void goOnAfter(Runnable first) {
        onSelector(() -> {
            reader.goOn(ReadGate.Reason.HANDSHAKE);
            first.run();
            reader.weigh();
        });
    }

    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    /** Takes what arrived. */
    void received(ByteBuffer bytes) {
        reader.heard();
        if (reader.isIgnoring()) {
            return;
        }
        if (tls == null) {
            reader.take(bytes);
        } else {
            tls.receive(bytes);
        }
        reader.weigh();
    }

    /**
     * What it holds is needed: most of it may be one frame, which can fail alone; else it is closed.
     *
     * @param failure what is told of that
     */
    private void letGo(BusException failure) {
        if (!isOpen()) {
            return;
        }
        boolean mostlyArriving = reader.arriving() >= outbox.held() + aside.get();
        if (!mostlyArriving || !reader.reject(failure)) {
            reader.refuse(failure);
            close();
        }
    }

    /** Called on any thread. */
    void closed() {
        reader.closed();
        try {
            held.close();
        } finally {
            listener.onClosed();
        }
    }

    /** It holds so many bytes more, or less, for as long as it is open. */
    void hold(long bytes) {
        held.add(bytes);
    }

    /** So many more bytes of what it holds, or less, wait until some answers are taken. */
    void holdAside(long bytes) {
        aside.addAndGet(bytes);
    }

    /** What its memory is counted as. */
    HeldBytes.Holder holder() {
        return holder;
    }

    /** Whether a frame has been arriving for longer than that, in nanoseconds, without the time in which we do not read. */
    boolean isArrivingFor(long nanos) {
        return reader.pace().takesLongerThan(nanos);
    }

    /** What reads it, and whether it does. */
    FrameReader reader() {
        return reader;
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
        return reader.lastRead();
    }

    /** Runs something on the selector thread, soon. If it throws, that ends the connection. */
    void onSelector(Runnable task) {
        connection.executeInEventThread(IOEvent.NONE, task == flush ? task : () -> runSafely(task));
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Something went wrong that concerns this connection alone. Called on any thread. */
    void failed(Throwable e) {
        faults.failed("The connection with " + SocketPeer.format(peerOf(connection)) + " is closed since it failed", e);
        close();
    }

    /** Whether it reads nothing now, for whatever reason. */
    boolean isPaused() {
        return !reader.gate().isOpen();
    }

    /** Reads one byte, though it waits, to see whether there is any. */
    private void readOneByte() {
        if (reader.gate().isClosedFor(ReadGate.Reason.MEMORY) && !reader.isIgnoring()) {
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

    /** That is not to be done any more. */
    void awaitRoomNoMore(Runnable action) {
        budget.forget(action);
    }

    /** When something of the backlog left last, as {@link System#nanoTime()}. */
    long lastWrite() {
        return outbox.progress();
    }

    /**
     * Ends the connection after what was written. What the peer still sends is ignored until it has closed too; if it has sent
     * nothing more, and will not, there is no need to wait for that: to close a connection with something unread would
     * destroy what is on its way to the peer. With TLS it may always send something, such as an update of its keys.
     *
     * @param peerMaySendMore whether the peer may send something yet
     */
    void finish(boolean peerMaySendMore) {
        reader.ignoreSoon();
        if (tls != null) {
            tls.finish();
        }
        writer.addEnd(() -> onSelector(() -> endOutput(peerMaySendMore || tls != null)));
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
        reader.hearOut();
    }

    /**
     * Closes it now; what waits to be written is lost. Grizzly's own way to close waits until all is written, for ever if the
     * peer does not read. It is closed on the selector thread, since Grizzly leaves thread locals on the one that does it.
     */
    void close() {
        closing = true;
        if (((NIOConnection) connection).getSelectorRunner() == null) {
            workers.execute(connection::terminateSilently); // It has not come about: no selector would run that.
        } else {
            onSelector(connection::terminateSilently);
        }
    }
}
