package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
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
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.transport.SocketPeer;

/** One connection as a way for frames, in both directions. */
final class GrizzlyFrameConnection implements FrameConnection, FrameFilter.Target {

    private static final Logger LOG = LoggerFactory.getLogger(GrizzlyFrameConnection.class);

    private final Connection<?> connection;
    private final Listener listener;
    private final BoundedLog faults;
    private final MemoryBudget budget;
    private final MemoryBudget.Account held;
    private final SocketWriter writer;
    private final Below holder = new Below();
    private final FrameReader reader;
    private final FrameWriter frames;
    private final Runnable flush;
    private final TlsLayer tls;
    private final LongSupplier clock;
    private final long created;
    private final Executor workers;
    private volatile boolean closing;
    private final AtomicLong aside = new AtomicLong();

    /**
     * A way for frames on a connection.
     *
     * @param connection the connection
     * @param listener whom it serves
     * @param settings what it works with
     * @param shared what all connections have in common
     */
    GrizzlyFrameConnection(
            Connection<?> connection, Listener listener, ConnectionSettings settings, SharedResources shared) {
        this.connection = connection;
        this.clock = shared.threads()::now;
        this.created = clock.getAsLong();
        this.listener = listener;
        this.faults = shared.faults();
        this.workers = shared.threads()::execute;
        this.budget = settings.memory();
        this.held = budget.newAccount();
        this.reader = new FrameReader(holder, listener, settings.limits(), budget, held, clock);
        this.writer = new SocketWriter(connection, this::close);
        FrameWriter.Sink sink;
        if (settings.tls() == null) {
            this.tls = null;
            sink = this::sendPlain;
        } else {
            TlsLink secure = new TlsLink(writer, this::hold, this::goOnAfter);
            this.tls = new TlsLayer(
                    settings.tls(),
                    settings.target(),
                    shared.tlsBuffers(),
                    shared.threads().handshakes(),
                    secure,
                    new Above());
            secure.use(tls);
            sink = secure;
        }
        this.frames = new FrameWriter(
                sink,
                settings.streams(),
                this::execute,
                this::close,
                settings.countsUnsent() ? held : null,
                listener::onWritten,
                clock);
        this.flush = () -> runSafely(frames::flush);
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
            return reader.arriving() + frames.held() + aside.get();
        }

        /** A frame that we ourselves do not read, for a reason other than memory, is not stuck. */
        @Override
        public boolean isStuck(long more, long since) {
            return reader.arriving() > more
                            && !reader.gate().isClosedForOtherThan(PauseReason.MEMORY)
                            && reader.lastRead() - since < 0
                    || frames.held() + aside.get() > more && frames.backlog() > 0 && frames.progress() - since < 0;
        }

        @Override
        public long frameStart() {
            return reader.pace().startOr(reader.lastRead());
        }

        @Override
        public Set<PauseReason> notReadFor() {
            return reader.gate().reasons();
        }

        @Override
        public void goOn() {
            execute(() -> reader.resume(PauseReason.MEMORY));
        }

        @Override
        public void probe() {
            execute(GrizzlyFrameConnection.this::readOneByte);
        }

        @Override
        public void giveUp(String why) {
            execute(() -> letGo(new BusException(Reason.OVERLOADED, why)));
        }
    }

    @Override
    public void start() {
        attach();
        if (!isOpen()) {
            listener.onClosed();
        }
    }

    /** Has it told what Grizzly tells of the connection. */
    void attach() {
        FrameFilter.attach(connection, this);
    }

    @Override
    public boolean isSecuring() {
        return tls != null && !tls.isSecured();
    }

    @Override
    public boolean hasBegunHandshake() {
        return tls != null && tls.hasBegun();
    }

    @Override
    public void secure() {
        execute(tls::start);
    }

    @Override
    public long age() {
        return clock.getAsLong() - created;
    }

    private void hold() {
        reader.pause(PauseReason.HANDSHAKE);
    }

    private void goOnAfter(Runnable first) {
        execute(() -> {
            reader.resume(PauseReason.HANDSHAKE);
            first.run();
            reader.weigh();
        });
    }

    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    @Override
    public void received(ByteBuffer bytes) {
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
        boolean mostlyArriving = reader.arriving() >= frames.held() + aside.get();
        if (!mostlyArriving || !reader.reject(failure)) {
            reader.refuse(failure);
            close();
        }
    }

    @Override
    public void closed() {
        reader.closed();
        try {
            held.close();
        } finally {
            listener.onClosed();
        }
    }

    @Override
    public void hold(long bytes) {
        held.add(bytes);
    }

    @Override
    public void holdAside(long bytes) {
        aside.addAndGet(bytes);
    }

    @Override
    public MemoryBudget.Holder holder() {
        return holder;
    }

    @Override
    public FrameReader incoming() {
        return reader;
    }

    @Override
    public String lateTaking(long timeout, long rate) {
        return frames.overdue(timeout, rate);
    }

    @Override
    public boolean isOpen() {
        return !closing && connection.isOpen();
    }

    @Override
    public void execute(Runnable task) {
        connection.executeInEventThread(IOEvent.NONE, task == flush ? task : () -> runSafely(task));
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    @Override
    public void failed(Throwable e) {
        faults.failed("The connection with " + SocketPeer.format(peerOf(connection)) + " is closed since it failed", e);
        close();
    }

    @Override
    public boolean isPaused() {
        return !reader.gate().isOpen();
    }

    /** Reads one byte, though it waits, to see whether there is any. */
    private void readOneByte() {
        if (reader.gate().isClosedFor(PauseReason.MEMORY) && !reader.isIgnoring()) {
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

    @Override
    public QueuedFrame send(OutboundFrame frame) {
        return frames.add(frame);
    }

    @Override
    public void flush() {
        frames.flush();
    }

    @Override
    public Runnable flusher() {
        return flush;
    }

    @Override
    public long unsentBytes() {
        return frames.backlog();
    }

    @Override
    public boolean isHoldingTooMuch() {
        return budget.isScarceFor(frames.held());
    }

    @Override
    public void whenThereIsRoom(Runnable action) {
        budget.whenThereIsRoom(action);
    }

    @Override
    public void awaitRoomNoMore(Runnable action) {
        budget.forget(action);
    }

    @Override
    public long lastSent() {
        return frames.progress();
    }

    /** With TLS the peer may always send something, such as an update of its keys. */
    @Override
    public void finish(boolean peerMaySendMore) {
        reader.ignoreSoon();
        if (tls != null) {
            tls.finish();
        }
        writer.addEnd(() -> execute(() -> endOutput(peerMaySendMore || tls != null)));
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
    @Override
    public void close() {
        closing = true;
        if (((NIOConnection) connection).getSelectorRunner() == null) {
            workers.execute(connection::terminateSilently); // It has not come about: no selector would run that.
        } else {
            execute(connection::terminateSilently);
        }
    }
}
