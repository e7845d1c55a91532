package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean parked = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Future<?> timer;
    private volatile Frame frame;

    ServerConnection(SocketServer<Q, R> server, Connection<?> connection) {
        this.server = server;
        this.peer = SocketPeer.of(FrameChannel.peerOf(connection));
        this.channel = new FrameChannel(
                connection, this, server.threads(), server.options().limits());
        FrameFilter.attach(connection, channel);
        startFrameTimer();
    }

    private void startFrameTimer() {
        Duration timeout = server.options().frameTimeout();
        startTimer(timeout, () -> refuse(server.failures()
                .of(
                        Reason.TIMEOUT,
                        peer.name(),
                        "no whole frame within " + timeout.toMillis() + " ms (frameTimeout)",
                        null)));
    }

    private void startTimer(Duration delay, Runnable task) {
        cancelTimer();
        timer = server.threads().after(delay, task);
    }

    private void cancelTimer() {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void onProgress() {
        if (server.isSaturated()) {
            park();
        }
    }

    @Override
    public void onFrame(Frame arrived) {
        channel.pause();
        cancelTimer();
        frame = arrived;
        enqueue();
    }

    private void enqueue() {
        switch (server.inbox().offer(this)) {
            case FULL -> park();
            case CLOSED -> end();
            case TAKEN -> {
                // It will be received.
            }
        }
    }

    private void park() {
        channel.pause();
        cancelTimer();
        if (parked.compareAndSet(false, true)) {
            server.park(this);
        }
    }

    /** Goes on after it was parked. */
    void unpark() {
        parked.set(false);
        if (frame != null) {
            enqueue();
        } else {
            startFrameTimer();
            channel.resume();
        }
    }

    @Override
    public void onBadFrame(BusException failure) {
        refuse(server.failures().at(peer.name(), failure));
    }

    @Override
    public void onClosed() {
        cancelTimer();
        ended.set(true);
        frame = null;
        server.forget(this);
    }

    @Override
    public ServerTransaction<Q, R> open() throws InterruptedException {
        Frame arrived = frame;
        if (arrived == null || !channel.isOpen()) {
            return null;
        }
        try {
            List<Q> requests = server.coder().decode(Envelope.REQUESTS, arrived, server.requestType());
            frame = null;
            return new OpenTransaction<>(requests, peer, server.failures(), this);
        } catch (BusException e) {
            refuse(server.failures().at(peer.name(), e));
            return null;
        }
    }

    private void refuse(BusException failure) {
        if (channel.isOpen()) {
            server.log().refused(failure);
        }
        end();
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
                    .of(Reason.CLOSED, peer.name(), "the client went away before it was answered", null);
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
        end();
    }

    @Override
    public void abandon(BusException failure) {
        refuse(failure);
    }

    /** Nothing more is to be said; the client is given time to take what was. */
    private void end() {
        if (ended.compareAndSet(false, true)) {
            startTimer(LINGER, channel::close);
            channel.finish();
            server.inbox().settled(this);
        }
    }

    void close() {
        channel.close();
    }
}
