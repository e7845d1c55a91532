package org.slimta.bus.impl.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;

/**
 * A connection without a socket. A test decides what arrives and whether the peer reads what is sent, and sees
 * what was sent. Tasks for the event thread run on the thread that passes them, one after the other. Thread-safe.
 */
public final class FakeConnection implements FrameConnection, IncomingFrames {

    private final InetSocketAddress peer;
    private final Listener listener;
    private final LongSupplier clock;
    private final long created;
    private final Deque<Runnable> events = new ArrayDeque<>(); // Guarded by itself.
    private boolean running; // Guarded by events.
    private final Deque<Queued> queue = new ArrayDeque<>(); // Guarded by itself.
    private final List<String> sent = new ArrayList<>(); // Guarded by queue.
    private final Set<PauseReason> paused = EnumSet.noneOf(PauseReason.class); // Guarded by itself.
    private final Runnable flusher = this::flush;
    private volatile boolean open = true;
    private volatile boolean ignoring;
    private volatile boolean finished;
    private volatile boolean takes = true;
    private volatile Runnable beforeNextSend = () -> {};
    private volatile long lastRead;
    private volatile long lastSent;
    private volatile Long arrivingSince;

    FakeConnection(InetSocketAddress peer, Listener listener, LongSupplier clock) {
        this.peer = peer;
        this.listener = listener;
        this.clock = clock;
        this.created = clock.getAsLong();
        this.lastRead = created;
        this.lastSent = created;
    }

    private final class Queued implements QueuedFrame {

        private final OutboundFrame frame;

        Queued(OutboundFrame frame) {
            this.frame = frame;
        }

        @Override
        public void withdraw() {
            boolean withdrawn;
            synchronized (queue) {
                withdrawn = queue.remove(this);
            }
            if (withdrawn) {
                listener.onWritten();
            }
        }
    }

    /** A frame without attachments arrives. */
    public void arrive(String xml) {
        execute(() -> {
            arrivingSince = null;
            lastRead = clock.getAsLong();
            if (!ignoring) {
                listener.onFrame(new Frame(xml.getBytes(UTF_8), List.of()));
                listener.onReadComplete(false);
            }
        });
    }

    /** Only the beginning of a frame arrives. */
    public void arrivePartly() {
        execute(() -> {
            lastRead = clock.getAsLong();
            arrivingSince = lastRead;
        });
    }

    /** The connection ends because of what arrives in place of a frame. */
    public void fail(BusException failure) {
        execute(() -> listener.onBadFrame(failure));
    }

    /** The peer stops reading what is sent, or reads again. */
    public void setTaking(boolean on) {
        takes = on;
        flush();
    }

    /** Something happens just before the next frame is queued, on the thread that queues it. */
    public void beforeNextSend(Runnable action) {
        beforeNextSend = () -> {
            beforeNextSend = () -> {};
            action.run();
        };
    }

    /** Gives what waits to be sent, without attributes that would be added then. */
    public List<String> queued() {
        synchronized (queue) {
            return queue.stream()
                    .map(each -> xml(each.frame.encoder(), new byte[0]))
                    .toList();
        }
    }

    /** The peer closes the connection. */
    public void hangUp() {
        close();
    }

    /** Gives what has left since the last call, without line ends and indentation. */
    public List<String> takeSent() {
        synchronized (queue) {
            List<String> all = List.copyOf(sent);
            sent.clear();
            return all;
        }
    }

    /** Whether {@link #finish} was called. */
    public boolean isFinished() {
        return finished;
    }

    /** The address of the peer. */
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public void start() {
        if (!open) {
            listener.onClosed();
        }
    }

    @Override
    public void secure() {
        throw new UnsupportedOperationException("there is no TLS here");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isSecuring() {
        return false;
    }

    @Override
    public boolean hasBegunHandshake() {
        return false;
    }

    @Override
    public long age() {
        return clock.getAsLong() - created;
    }

    @Override
    public IncomingFrames incoming() {
        return this;
    }

    @Override
    public QueuedFrame send(OutboundFrame frame) {
        Queued queued = new Queued(frame);
        beforeNextSend.run();
        synchronized (queue) {
            queue.add(queued);
        }
        return queued;
    }

    @Override
    public void flush() {
        while (takes && open) {
            Queued next;
            synchronized (queue) {
                next = queue.poll();
                byte[] root = next == null ? null : next.frame.begin();
                if (root != null) {
                    sent.add(xml(next.frame.encoder(), root));
                    lastSent = clock.getAsLong();
                }
            }
            if (next == null) {
                return;
            }
            listener.onWritten();
        }
    }

    private static String xml(FrameEncoder encoder, byte[] root) {
        ByteBuffer bytes;
        if (encoder.isSmall()) {
            bytes = ByteBuffer.allocate(encoder.room());
            encoder.putInto(bytes, root);
            bytes.flip();
        } else {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (FramePieces pieces = encoder.pieces(root)) {
                ByteBuffer piece;
                while ((piece = pieces.next()) != null) {
                    byte[] part = new byte[piece.remaining()];
                    piece.get(part);
                    all.write(part);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            bytes = ByteBuffer.wrap(all.toByteArray());
        }
        bytes.getShort();
        byte[] part = new byte[bytes.getInt()];
        bytes.get(part);
        return new String(part, UTF_8).replaceAll("\r\n *", "");
    }

    @Override
    public Runnable flusher() {
        return flusher;
    }

    @Override
    public long unsentBytes() {
        synchronized (queue) {
            return queue.stream().mapToLong(each -> each.frame.encoder().size()).sum();
        }
    }

    @Override
    public long lastSent() {
        return lastSent;
    }

    @Override
    public String overdueOutput(long timeout, long rate) {
        return unsentBytes() > 0 && clock.getAsLong() - lastSent > timeout ? "in time" : null;
    }

    @Override
    public void addMemory(long bytes) {}

    @Override
    public void addDeferredMemory(long bytes) {}

    @Override
    public boolean isMemoryScarce() {
        return false;
    }

    @Override
    public void whenThereIsRoom(Runnable action) {}

    @Override
    public void cancelWhenThereIsRoom(Runnable action) {}

    @Override
    public MemoryHolder holder() {
        throw new UnsupportedOperationException("nothing is counted here");
    }

    @Override
    public void execute(Runnable task) {
        synchronized (events) {
            events.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        while (true) {
            Runnable next;
            synchronized (events) {
                next = events.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            next.run();
        }
    }

    @Override
    public void finish(boolean peerMaySendMore) {
        flush();
        finished = true;
        if (!peerMaySendMore) {
            close();
        }
    }

    @Override
    public void close() {
        open = false;
        execute(listener::onClosed);
    }

    @Override
    public void pause(PauseReason reason) {
        synchronized (paused) {
            paused.add(reason);
        }
    }

    @Override
    public void resume(PauseReason reason) {
        synchronized (paused) {
            paused.remove(reason);
        }
    }

    @Override
    public boolean isPaused() {
        return !pauseReasons().isEmpty();
    }

    @Override
    public boolean isPausedFor(PauseReason reason) {
        return pauseReasons().contains(reason);
    }

    @Override
    public Set<PauseReason> pauseReasons() {
        synchronized (paused) {
            return Set.copyOf(paused);
        }
    }

    @Override
    public void expectFrame() {
        arrivingSince = clock.getAsLong();
    }

    @Override
    public void ignore() {
        ignoring = true;
        arrivingSince = null;
    }

    @Override
    public boolean reject(BusException failure) {
        return false;
    }

    @Override
    public byte[] beginning() {
        return null;
    }

    @Override
    public boolean isSkipping() {
        return false;
    }

    @Override
    public String overdue(long timeout, long rate) {
        return isArrivingFor(timeout) ? "in time" : null;
    }

    @Override
    public boolean isArrivingFor(long nanos) {
        Long since = arrivingSince;
        return since != null && clock.getAsLong() - since > nanos;
    }

    @Override
    public long lastRead() {
        return lastRead;
    }
}
