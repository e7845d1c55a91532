package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.glassfish.grizzly.Connection;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.tls.TlsLayer;
import org.slimta.bus.impl.tls.TlsListener;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.MemoryHolder;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.QueuedFrame;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * One Grizzly connection that carries frames: puts together what reads, what writes, TLS, and the memory that all of it
 * uses. Thread-safe.
 */
final class GrizzlyFrameConnection implements FrameConnection, FrameFilter.Target {

    private final Connection<?> connection;
    private final Listener listener;
    private final BoundedLog faults;
    private final ConnectionSocket socket;
    private final MemoryBudget budget;
    private final MemoryBudget.Account account;
    private final ConnectionMemory memory;
    private final FrameReader reader;
    private final FrameQueue queue;
    private final FrameWriter frames;
    private final SocketWriter writer;
    private final Runnable flush;
    private final TlsLayer tls;
    private final LongSupplier clock;
    private final long created;

    /**
     * Makes a Grizzly connection carry frames.
     *
     * @param connection the Grizzly connection
     * @param listener notified of what happens on it
     * @param settings its settings
     * @param shared what all connections of the transport share
     */
    GrizzlyFrameConnection(
            Connection<?> connection, Listener listener, ConnectionSettings settings, SharedResources shared) {
        this.connection = connection;
        this.listener = listener;
        this.clock = shared.threads()::now;
        this.created = clock.getAsLong();
        this.faults = shared.faults();
        this.socket = new ConnectionSocket(connection, shared.threads()::execute);
        this.budget = settings.memory();
        this.account = budget.newAccount();
        this.reader = new FrameReader(new Input(), listener, settings.limits(), budget, account, clock);
        this.queue = new FrameQueue(settings.countsUnsent() ? account : null, listener::onWritten, clock);
        this.memory = new ConnectionMemory(reader, queue, new MemoryControl());
        this.writer = new SocketWriter(connection, socket::close);
        FrameWriter.Sink sink;
        if (settings.tls() == null) {
            this.tls = null;
            sink = this::sendPlain;
        } else {
            TlsLink link = new TlsLink(writer, this::pauseForHandshake, this::resumeAfterHandshake);
            this.tls = new TlsLayer(
                    settings.tls(),
                    settings.target(),
                    shared.tlsBuffers(),
                    shared.threads().handshakes(),
                    link,
                    new TlsEvents());
            link.use(tls);
            sink = link;
        }
        this.frames = new FrameWriter(queue, sink, settings.streams(), this::execute, socket::close);
        this.flush = () -> runSafely(frames::flush);
    }

    private void sendPlain(ByteBuffer bytes, SocketWriter.Listener whenSent) {
        writer.add(bytes, whenSent);
        writer.flush();
    }

    /** What the TLS layer reports. */
    private final class TlsEvents implements TlsListener {

        @Override
        public void onDecrypted(ByteBuffer bytes) {
            reader.take(bytes);
        }

        @Override
        public void onSecured(PeerIdentity identity) {
            listener.onSecured(identity);
        }

        @Override
        public void onFailed(String why, Throwable cause) {
            reader.refuse(new BusException(Reason.CONNECT, why, cause));
        }

        @Override
        public void onPeerDone() {
            reader.peerDone(); // As without TLS: there the end is not read before what came before it is answered.
        }
    }

    /** What the reader asks of the connection. */
    private final class Input implements FrameReader.Source {

        @Override
        public void setReading(boolean on) {
            socket.setReading(on);
        }

        @Override
        public long bufferedBytes() {
            return tls == null ? 0 : tls.bufferedBytes();
        }

        @Override
        public void onEnd() {
            socket.close();
        }

        @Override
        public MemoryHolder holder() {
            return memory;
        }

        @Override
        public void onTlsPeer() {
            sendPlain(TlsLayer.refusal(), () -> {}); // Nothing was sent on it before.
        }
    }

    /** What the memory budget asks of the connection. It asks on any thread: the work is done on the event thread. */
    private final class MemoryControl implements ConnectionMemory.Control {

        @Override
        public void resumeReading() {
            execute(() -> reader.resume(PauseReason.MEMORY));
        }

        @Override
        public void probe() {
            execute(GrizzlyFrameConnection.this::readOneByte);
        }

        @Override
        public void release(BusException failure) {
            execute(() -> releaseMemory(failure));
        }
    }

    @Override
    public void start() {
        attach();
        if (!isOpen()) {
            listener.onClosed();
        }
    }

    /** From now on Grizzly reports to this object what happens on the connection. */
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

    private void pauseForHandshake() {
        reader.pause(PauseReason.HANDSHAKE);
    }

    private void resumeAfterHandshake(Runnable first) {
        execute(() -> {
            reader.resume(PauseReason.HANDSHAKE);
            first.run();
            reader.accountAndThrottle();
        });
    }

    @Override
    public void received(ByteBuffer bytes) {
        reader.noteArrival();
        if (reader.isIgnoring()) {
            return;
        }
        if (tls == null) {
            reader.take(bytes);
        } else {
            tls.receive(bytes);
        }
        reader.accountAndThrottle();
    }

    /** Most of the memory may be one frame that arrives, which can fail alone; otherwise the connection is closed. */
    private void releaseMemory(BusException failure) {
        if (!isOpen()) {
            return;
        }
        if (!memory.isMostlyArriving() || !reader.reject(failure)) {
            reader.refuse(failure);
            close();
        }
    }

    @Override
    public void closed() {
        reader.closed();
        try {
            account.close();
        } finally {
            listener.onClosed();
        }
    }

    @Override
    public void addMemory(long bytes) {
        account.add(bytes);
    }

    @Override
    public void addDeferredMemory(long bytes) {
        memory.addDeferred(bytes);
    }

    @Override
    public MemoryHolder holder() {
        return memory;
    }

    @Override
    public FrameReader incoming() {
        return reader;
    }

    @Override
    public String overdueOutput(long timeout, long rate) {
        return queue.backlog().overdue(timeout, rate);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void execute(Runnable task) {
        socket.execute(task == flush ? task : () -> runSafely(task));
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
        String peer = SocketPeer.format(socket.peer());
        faults.failed("The connection with " + peer + " failed unexpectedly; closing it", e);
        close();
    }

    @Override
    public boolean isPaused() {
        return !reader.gate().isOpen();
    }

    private void readOneByte() {
        if (reader.gate().isClosedFor(PauseReason.MEMORY) && !reader.isIgnoring()) {
            ByteBuffer one = socket.readOneByte();
            if (one != null) {
                received(one);
            }
        }
    }

    @Override
    public QueuedFrame send(OutboundFrame frame) {
        return queue.add(frame);
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
        return queue.backlog().size();
    }

    @Override
    public boolean isMemoryScarce() {
        return budget.isScarceFor(queue.heldBytes());
    }

    @Override
    public void whenThereIsRoom(Runnable action) {
        budget.whenThereIsRoom(action);
    }

    @Override
    public void cancelWhenThereIsRoom(Runnable action) {
        budget.cancel(action);
    }

    @Override
    public long lastSent() {
        return queue.backlog().progress();
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

    private void endOutput(boolean peerMaySendMore) {
        if (socket.endOutput(peerMaySendMore)) {
            reader.discardInput();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
