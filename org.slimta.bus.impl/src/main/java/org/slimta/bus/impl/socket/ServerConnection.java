package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.OpenTransaction;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * A connection to a server, and the one transaction that comes over it: the frame is read, waits in the queue, is decoded by
 * the thread that receives it, and answered. A failure is told by closing the connection, since such a client understands
 * nothing else.
 */
final class ServerConnection<Q, R> implements FrameChannel.Listener, Arrival<Q, R>, OpenTransaction.ReplyTo<R> {

    /** How long a client has to close its end after the answer. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final SocketServer<Q, R> server;
    private final SocketPeer peer;
    private final FrameChannel channel;
    private final AtomicBoolean reading = new AtomicBoolean(true);
    private final AtomicBoolean parked = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<Frame> frame = new AtomicReference<>();
    private long frameTimeLeft;
    private long frameTimerStart;
    private Future<?> timer;
    private boolean closed;

    ServerConnection(SocketServer<Q, R> server, Connection<?> connection) {
        this.server = server;
        this.peer = SocketPeer.of(FrameChannel.peerOf(connection));
        this.channel = new FrameChannel(
                connection, this, server.threads(), server.options().limits());
        this.frameTimeLeft = server.options().frameTimeout().toNanos();
        FrameFilter.attach(connection, channel);
    }

    void start() {
        startFrameTimer();
        if (!channel.isOpen()) {
            onClosed();
        }
    }

    private synchronized void startFrameTimer() {
        frameTimerStart = System.nanoTime();
        startTimer(Duration.ofNanos(Math.max(0, frameTimeLeft)), () -> {
            if (reading.compareAndSet(true, false)) {
                refuse(timeout("no whole frame within", server.options().frameTimeout(), "frameTimeout"));
            }
        });
    }

    /** The time that it is parked does not count. */
    private synchronized boolean stopFrameTimer() {
        if (!reading.get()) {
            return false;
        }
        frameTimeLeft -= System.nanoTime() - frameTimerStart;
        cancelTimer();
        return true;
    }

    private void startAnswerTimer() {
        Duration timeout = server.options().answerTimeout();
        startTimer(timeout, () -> refuse(timeout("no answer within", timeout, "answerTimeout")));
    }

    private BusException timeout(String what, Duration timeout, String option) {
        String message = what + " " + timeout.toMillis() + " ms (" + option + ")";
        return server.failures().of(Reason.TIMEOUT, peer.name(), message, null);
    }

    private synchronized void startTimer(Duration delay, Runnable task) {
        cancelTimer();
        if (!closed) {
            timer = server.threads().after(delay, task);
        }
    }

    private synchronized void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void onProgress() {
        if (server.isSaturated() && stopFrameTimer()) {
            park();
        }
    }

    @Override
    public void onFrame(Frame arrived) {
        if (reading.compareAndSet(true, false)) {
            channel.pause();
            frame.set(arrived);
            startAnswerTimer();
            server.enqueue(this);
        }
    }

    /** Stops reading until there is room. */
    void park() {
        channel.pause();
        if (parked.compareAndSet(false, true)) {
            server.park(this);
        }
    }

    boolean isParked() {
        return parked.get();
    }

    /** Goes on reading after it was parked. */
    void unpark() {
        parked.set(false);
        if (reading.get()) {
            startFrameTimer();
            channel.resume();
        }
    }

    /** Tells whether the frame is there and not received yet. */
    boolean hasFrame() {
        return frame.get() != null;
    }

    @Override
    public void onBadFrame(BusException failure) {
        reading.set(false);
        refuse(server.failures().at(peer.name(), failure));
    }

    @Override
    public void onClosed() {
        synchronized (this) {
            closed = true;
            cancelTimer();
        }
        ended.set(true);
        frame.set(null);
        server.forget(this);
    }

    @Override
    public ServerTransaction<Q, R> open() throws InterruptedException {
        Frame arrived = frame.getAndSet(null);
        if (arrived == null || ended.get()) {
            return null;
        }
        try {
            List<Q> requests = server.awaitDecoder().decode(Envelope.REQUESTS, arrived);
            return new OpenTransaction<>(requests, peer, server.failures(), this);
        } catch (InterruptedException e) {
            frame.set(arrived);
            throw e;
        } catch (BusException e) {
            refuse(server.failures().at(peer.name(), e));
            return null;
        }
    }

    @Override
    public boolean isOver() {
        return ended.get();
    }

    private void refuse(BusException failure) {
        if (end()) {
            server.log().refused(failure);
        }
    }

    @Override
    public void respond(List<R> responses) throws BusException {
        FrameEncoder encoder;
        try {
            encoder = new FrameEncoder(
                    server.coder().encode(Envelope.RESPONSES, responses),
                    server.options().limits());
        } catch (BusException e) {
            end();
            throw server.failures().at(peer.name(), e);
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            throw server.failures()
                    .of(Reason.NO_CODEC, peer.name(), "the thread was interrupted while it waited for a codec", e);
        }
        if (ended.get() || !channel.isOpen()) {
            throw server.failures()
                    .of(Reason.CLOSED, peer.name(), "the connection was closed before it was answered", null);
        }
        startTimer(server.options().frameTimeout(), channel::close);
        channel.write(encoder, whenWritten());
    }

    private CompletionHandler<Void> whenWritten() {
        return new EmptyCompletionHandler<>() {
            @Override
            public void completed(Void nothing) {
                end();
            }

            @Override
            public void failed(Throwable cause) {
                if (cause instanceof BusException failure) {
                    server.log().refused(server.failures().at(peer.name(), failure));
                }
                channel.close();
            }
        };
    }

    @Override
    public void fail(BusException failure) {
        refuse(failure);
    }

    @Override
    public void abandon(BusException failure) {
        refuse(failure);
    }

    /** Nothing more is to be said; the client is given time to take what was. */
    boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        frame.set(null);
        startTimer(LINGER, channel::close);
        channel.finish();
        server.inbox().settled(this);
        return true;
    }

    void close() {
        channel.close();
    }
}
