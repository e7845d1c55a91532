package org.slimta.bus.impl.socket;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.transport.Transport;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * An attempt of a client to connect to one address, with the TLS handshake if TLS is on. When the connection is ready,
 * its events go to the listener that uses it. Thread-safe.
 */
final class ConnectAttempt implements ConnectionOpening.Attempt, FrameConnection.Listener, Transport.ConnectListener {

    private enum State {
        /** The connection is not established. */
        CONNECTING,
        /** The connection is established, and the TLS handshake is in progress. */
        SECURING,
        /** Frames can be sent. */
        READY,
        /** The connection is not wanted, but may still be established; then it is closed in order. */
        ABANDONED,
        /** It has failed, or is closed. */
        OVER
    }

    /** How long an attempt that is not wanted may take to connect. */
    private static final long MAX_UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Within this time after its start, the server has probably accepted an attempt that is in progress. */
    private static final long LIKELY_ACCEPTED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final SocketContext context;
    private final Executor streams;
    private final Supplier<OutboundFrame> emptyArray;
    private final ConnectionOpening.Outcome<ConnectAttempt> outcome;
    private State state = State.CONNECTING;
    private Unwanted unwanted;
    private volatile SocketPeer peer; // Without identity until its TLS handshake is complete.
    private volatile FrameConnection channel;
    private volatile FrameConnection.Listener user; // Written under the lock of this.
    private boolean closingInOrder; // Guarded by this. Whether its user is an orderly close, which is its last user.
    private long started;
    private long connected;

    /**
     * Creates an attempt that has not begun.
     *
     * @param address the address to connect to
     * @param target host and port as they were configured
     * @param context the collaborators of the connection
     * @param streams reads attachments that are sent, which may block
     * @param emptyArray supplies what is sent over the connection if it is not wanted
     * @param outcome is notified of the outcome
     */
    ConnectAttempt(
            InetSocketAddress address,
            InetSocketAddress target,
            SocketContext context,
            Executor streams,
            Supplier<OutboundFrame> emptyArray,
            ConnectionOpening.Outcome<ConnectAttempt> outcome) {
        this.address = address;
        this.peer = SocketPeer.of(address);
        this.target = target;
        this.context = context;
        this.streams = streams;
        this.emptyArray = emptyArray;
        this.outcome = outcome;
    }

    private long now() {
        return context.threads().now();
    }

    private OrderlyCloses orderlyCloses() {
        return context.network().orderlyCloses();
    }

    private synchronized boolean change(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    /** Returns the address to connect to. */
    InetSocketAddress address() {
        return address;
    }

    /** Returns the server. */
    SocketPeer peer() {
        return peer;
    }

    /** Returns the connection, which is available as soon as the attempt is ready. */
    FrameConnection channel() {
        return channel;
    }

    /** Returns how long connecting took, in nanoseconds: about a round trip. */
    long roundTrip() {
        return connected - started;
    }

    @Override
    public void start() {
        started = now();
        try {
            context.network().transport().connect(address, context.settings(target, streams, false), this, this);
        } catch (IOException e) {
            onNotConnected(e);
        }
    }

    @Override
    public void onCreated(FrameConnection opening) {
        boolean wanted;
        synchronized (this) {
            channel = opening;
            wanted = state != State.OVER;
        }
        if (!wanted) {
            opening.close();
        }
    }

    @Override
    public void onNotConnected(Throwable cause) {
        if (change(State.ABANDONED, State.OVER)) {
            orderlyCloses().remove(unwanted);
            return;
        }
        String why = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        fail(new BusException(
                Reason.CONNECT,
                "cannot connect to " + SocketPeer.format(address) + ": " + why
                        + "; is the server running, and is that its address?",
                cause));
    }

    @Override
    public void onConnected() {
        connected = now();
        if (channel.isSecuring()) {
            if (change(State.CONNECTING, State.SECURING)) {
                channel.secure();
            }
        } else if (change(State.CONNECTING, State.READY)) {
            outcome.ready(this);
        } else if (change(State.ABANDONED, State.READY)) {
            closeInOrder(true);
            orderlyCloses().remove(unwanted);
        }
    }

    @Override
    public void onSecured(PeerIdentity identity) {
        peer = peer.with(identity);
        if (change(State.SECURING, State.READY)) {
            outcome.ready(this);
        }
    }

    /**
     * Sends events to this listener from now on; an orderly close may replace it later. To be called when the attempt
     * is ready.
     */
    void setUser(FrameConnection.Listener listener) {
        synchronized (this) {
            if (closingInOrder) {
                return; // The connection that is set now was already closed.
            }
            user = listener;
        }
        notifyIfOver(listener);
    }

    private void notifyIfOver(FrameConnection.Listener listener) {
        boolean over;
        synchronized (this) {
            over = state == State.OVER;
        }
        if (over || !channel.isOpen()) {
            listener.onClosed();
        }
    }

    /**
     * Closes the connection in order, because its peer may be one that must not see it end inside a frame or without a
     * frame. To be called when the attempt is ready.
     *
     * @param nothingSent whether no part of a frame was sent
     */
    void closeInOrder(boolean nothingSent) {
        OrderlyClose close = new OrderlyClose(new ConnectionToClose(channel, emptyArray), now(), orderlyCloses());
        orderlyCloses().add(close);
        synchronized (this) {
            closingInOrder = true;
            user = close;
        }
        notifyIfOver(close);
        close.start(nothingSent);
    }

    @Override
    public void onFrame(Frame frame) {
        FrameConnection.Listener listener = user;
        if (listener != null) {
            listener.onFrame(frame);
        }
    }

    @Override
    public boolean onRejectedFrame(RejectedFrameException rejected) {
        FrameConnection.Listener listener = user;
        return listener != null && listener.onRejectedFrame(rejected);
    }

    @Override
    public void onBadFrame(BusException failure) {
        FrameConnection.Listener listener = user;
        if (listener != null) {
            listener.onBadFrame(failure);
        } else {
            fail(failure);
        }
    }

    @Override
    public void onWritten() {
        FrameConnection.Listener listener = user;
        if (listener != null) {
            listener.onWritten();
        }
    }

    @Override
    public void onClosed() {
        State before;
        synchronized (this) {
            before = state;
            if (before == State.READY) {
                state = State.OVER;
            }
        }
        FrameConnection.Listener listener = user;
        if (listener != null) {
            listener.onClosed();
        } else if (before == State.SECURING) {
            fail(new BusException(
                    Reason.CONNECT,
                    "the server closed the connection during the TLS handshake; is TLS enabled on that port?",
                    new EOFException("closed during the TLS handshake")));
        }
    }

    private void fail(BusException failure) {
        synchronized (this) {
            if (state != State.CONNECTING && state != State.SECURING) {
                return;
            }
            state = State.OVER;
        }
        closeNow();
        outcome.failed(this, failure);
    }

    /** Closes it in whatever state it is. */
    void closeNow() {
        FrameConnection open;
        synchronized (this) {
            state = State.OVER;
            open = channel;
        }
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void checkTimeouts(long now) {
        if (context.tls() == null) {
            return;
        }
        Duration timeout = context.tls().options().handshakeTimeout();
        boolean late;
        synchronized (this) {
            late = state == State.SECURING && now - connected > timeout.toNanos();
        }
        if (late) {
            fail(new BusException(
                    Reason.CONNECT,
                    "no TLS handshake within " + timeout.toMillis() + " ms (handshakeTimeout) with "
                            + SocketPeer.format(address) + "; is TLS enabled on that port?"));
        }
    }

    /**
     * An attempt that is in progress may already have been accepted by a peer that must not see the connection end
     * without a frame. So it may still connect. With TLS it can be closed at once: behind an unfinished handshake, no
     * peer is affected.
     */
    @Override
    public void abandon() {
        boolean ready;
        boolean mayStillConnect;
        synchronized (this) {
            ready = state == State.READY;
            mayStillConnect = state == State.CONNECTING && context.tls() == null;
            if (mayStillConnect) {
                state = State.ABANDONED;
                unwanted = new Unwanted();
                orderlyCloses().add(unwanted);
            }
        }
        if (ready) {
            closeInOrder(true);
        } else if (!mayStillConnect) {
            closeNow();
        }
    }

    @Override
    public synchronized String toString() {
        return SocketPeer.format(address) + (state == State.SECURING ? " (TLS handshake not completed)" : "");
    }

    /** An attempt that is not wanted, but may still connect for a while. */
    private final class Unwanted implements OrderlyCloses.ClosingConnection {

        private final long since = now();

        @Override
        public long unsentBytes() {
            return 0;
        }

        @Override
        public boolean isSending() {
            return now() - since < LIKELY_ACCEPTED_NANOS;
        }

        @Override
        public void checkTimeouts(long now) {
            if (now - since > MAX_UNWANTED_NANOS) {
                close();
            } else if (!isSending()) {
                orderlyCloses().onSent();
            }
        }

        @Override
        public void close() {
            closeNow();
            orderlyCloses().remove(this);
        }
    }
}
