package org.slimta.bus.impl.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.tls.TlsTransport.RecordKind;

/**
 * One end of a connection in memory, with its layer. What the layer sends is cut and passed to the other end by {@link
 * #turn}, which one thread at a time calls, as a selector would.
 */
final class MemoryEnd implements TlsTransport, TlsListener {

    private static final InetSocketAddress TARGET = InetSocketAddress.createUnresolved("localhost", 1);
    private static final int LARGEST_PIECE = 80 << 10;
    private static final int HEADER = 5;

    /** Bytes in transit, and the counter to subtract them from when they are read, or null. */
    private record Piece(ByteBuffer bytes, AtomicLong backlog) {}

    final TlsLayer layer;
    private final ByteBuffer room = ByteBuffer.allocateDirect(LARGEST_PIECE);
    private final Queue<Piece> enqueued = new ConcurrentLinkedQueue<>();
    private final AtomicInteger due = new AtomicInteger();
    private final Queue<Piece> arriving = new ConcurrentLinkedQueue<>();
    private final AtomicLong ownBacklog = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong ownRecords = new AtomicLong();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Deque<Piece> rest = new ArrayDeque<>();
    private Consumer<Piece> way;
    private Consumer<ByteBuffer> reader = bytes -> {};
    private Consumer<RecordKind> enqueuing = kind -> {};
    private volatile boolean held;
    private volatile boolean turning;
    private volatile boolean threw;
    private volatile boolean secured;
    private volatile boolean peerDone;
    private volatile String insecure;
    private volatile Throwable cause;

    MemoryEnd(Tls tls, TlsBuffers buffers, Executor threads) {
        layer = new TlsLayer(tls, TARGET, buffers, threads, this, this);
    }

    static void join(MemoryEnd one, MemoryEnd another) {
        one.way = another::arrives;
        another.way = one::arrives;
    }

    /** Passes what it sends to a consumer, which accepts it at once. */
    void sendTo(Consumer<ByteBuffer> taker) {
        way = piece -> {
            if (piece.backlog() != null) {
                piece.backlog().addAndGet(-piece.bytes().remaining());
            }
            taker.accept(piece.bytes());
        };
    }

    /** Sets what receives the decrypted bytes, on the thread that calls {@link #turn}. */
    void onDecrypted(Consumer<ByteBuffer> to) {
        reader = to;
    }

    /** Sets what is notified when the layer enqueues records. */
    void onEnqueue(Consumer<RecordKind> to) {
        enqueuing = to;
    }

    @Override
    public void enqueue(ByteBuffer bytes, RecordKind kind) {
        boolean own = kind == RecordKind.CONTROL;
        for (int at = 0; at < bytes.limit(); at += HEADER + Short.toUnsignedInt(bytes.getShort(at + 3))) {
            (own ? ownRecords : records).incrementAndGet();
        }
        if (own) {
            ownBacklog.addAndGet(bytes.remaining());
        }
        enqueued.add(new Piece(bytes, own ? ownBacklog : null));
        enqueuing.accept(kind);
    }

    @Override
    public void flush() {
        if (due.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            Piece piece;
            while ((piece = enqueued.poll()) != null) {
                way.accept(piece);
            }
            seen = due.addAndGet(-seen);
        } while (seen > 0);
    }

    private void arrives(Piece piece) {
        unread.addAndGet(piece.bytes().remaining());
        arriving.add(piece);
    }

    /** Bytes arrive that the other end has not sent. */
    void arrives(ByteBuffer bytes) {
        arrives(new Piece(bytes, null));
    }

    /** Passes the layer some of what has arrived, unless it is paused; or runs a task that is to run on this thread. */
    boolean turn(Random random) {
        turning = true;
        try {
            return takeTurn(random);
        } finally {
            turning = false;
        }
    }

    private boolean takeTurn(Random random) {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
            return true;
        }
        Piece piece;
        while ((piece = arriving.poll()) != null) {
            rest.add(piece);
        }
        if (held || rest.isEmpty()) {
            return false;
        }
        int most = switch (random.nextInt(8)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(2 * HEADER);
            case 2 -> 1 + random.nextInt(1000);
            case 3 -> LARGEST_PIECE;
            default -> 1 + random.nextInt(LARGEST_PIECE);
        };
        give(most);
        return true;
    }

    private void give(int most) {
        room.clear().limit(most);
        while (room.hasRemaining() && !rest.isEmpty()) {
            Piece piece = rest.peek();
            int count = Math.min(room.remaining(), piece.bytes().remaining());
            room.put(piece.bytes().slice(piece.bytes().position(), count));
            piece.bytes().position(piece.bytes().position() + count);
            if (piece.backlog() != null) {
                piece.backlog().addAndGet(-count);
            }
            if (!piece.bytes().hasRemaining()) {
                rest.remove();
            }
        }
        int all = room.flip().remaining();
        try {
            layer.receive(room);
        } catch (RuntimeException | Error e) {
            threw = true;
            throw e;
        }
        unread.addAndGet(-all);
    }

    /** Takes turns until nothing moves any more. */
    static void run(Random random, MemoryEnd... ends) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (MemoryEnd end : ends) {
                moved |= end.turn(random);
            }
        }
    }

    @Override
    public long controlBacklog() {
        return ownBacklog.get();
    }

    @Override
    public void pauseReading() {
        held = true;
    }

    @Override
    public void resumeReading(Runnable first) {
        tasks.add(() -> {
            held = false;
            first.run();
        });
    }

    @Override
    public void onDecrypted(ByteBuffer bytes) {
        reader.accept(bytes);
    }

    @Override
    public void onSecured(PeerIdentity identity) {
        secured = true;
    }

    @Override
    public void onFailed(String why, Throwable e) {
        if (insecure != null) {
            throw new IllegalStateException("reported twice: " + insecure + "; " + why, e);
        }
        cause = e;
        insecure = why;
    }

    @Override
    public void onPeerDone() {
        if (peerDone) {
            throw new IllegalStateException("reported twice that the peer is done");
        }
        peerDone = true;
    }

    boolean isSecured() {
        return secured;
    }

    boolean isPeerDone() {
        return peerDone;
    }

    boolean isHeld() {
        return held;
    }

    /** Whether it is idle, and has nothing to do. */
    boolean isIdle() {
        return !turning && tasks.isEmpty() && !held && unread() == 0;
    }

    boolean hasThrown() {
        return threw;
    }

    /** Why TLS has failed, or null. */
    String insecure() {
        return insecure;
    }

    Throwable cause() {
        return cause;
    }

    /** The number of bytes that were sent to it and that it has not read. */
    long unread() {
        return unread.get();
    }

    /** The number of records that it has enqueued. */
    long records() {
        return records.get() + ownRecords.get();
    }

    /** The number of control records among them. */
    long ownRecords() {
        return ownRecords.get();
    }
}
