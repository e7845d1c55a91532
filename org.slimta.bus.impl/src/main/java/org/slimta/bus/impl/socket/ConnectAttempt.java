package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.transport.Transport;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * An attempt of a client to get a connection to one address, with its TLS handshake if there is to be one. When it is ready it
 * passes on what happens on the connection to whoever uses it. Thread-safe.
 */
final class ConnectAttempt implements ConnectionOpening.Attempt, FrameConnection.Listener, Transport.ConnectListener {

    private enum State {
        /** The connection has not come about. */
        CONNECTING,
        /** It has, and TLS shakes hands. */
        SECURING,
        /** Frames can be sent. */
        READY,
        /** Nobody wants it, but it may come about yet; then it is ended in order. */
        ABANDONED,
        /** It has failed, or is closed. */
        OVER
    }

    /** How long an attempt that nobody wants may take to come about, in nanoseconds. */
    private static final long MAX_UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Within this time, in nanoseconds, one that is being dialed is likely to have been accepted already. */
    private static final long LIKELY_ACCEPTED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final SocketContext context;
    private final Executor streams;
    private final ConnectionOpening.Outcome<ConnectAttempt> outcome;
    private State state = State.CONNECTING;
    private Unwanted unwanted;
    private volatile FrameConnection channel;
    private volatile FrameConnection.Listener user; // Written under the lock of this.
    private boolean closingInOrder; // Guarded by this. Whether its user is a farewell, which is the last.
    private long started;
    private long connected;

    /**
     * An attempt that has not begun.
     *
     * @param address where to
     * @param target host and port as they were given
     * @param context what the connection works with
     * @param streams reads attachments that are to be sent, which may block
     * @param outcome whom to tell
     */
    ConnectAttempt(
            InetSocketAddress address,
            InetSocketAddress target,
            SocketContext context,
            Executor streams,
            ConnectionOpening.Outcome<ConnectAttempt> outcome) {
        this.address = address;
        this.target = target;
        this.context = context;
        this.streams = streams;
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

    /** Where to. */
    InetSocketAddress address() {
        return address;
    }

    /** The channel, which is there as soon as the attempt is ready. */
    FrameConnection channel() {
        return channel;
    }

    /** How long the connection took to come about, in nanoseconds: about a round trip. */
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
                "no connection to " + SocketPeer.format(address) + ": " + why
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
        if (change(State.SECURING, State.READY)) {
            outcome.ready(this);
        }
    }

    /** Directs events to this listener from now on; a farewell later replaces the connection. To be called when it is ready. */
    void setUser(FrameConnection.Listener listener) {
        synchronized (this) {
            if (closingInOrder) {
                return; // Whoever said so has closed the connection that comes now.
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
     * Ends the connection in order, since its peer may be one that must not see it end in the middle of a frame, or without
     * one. To be called when it is ready.
     *
     * @param nothingSent whether nothing of a frame was sent
     */
    void closeInOrder(boolean nothingSent) {
        OrderlyClose close = new OrderlyClose(new ConnectionToClose(channel), now(), orderlyCloses());
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
                    Reason.CONNECT, "the server ended the connection during the TLS handshake; does it speak TLS there?"));
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

    /** Closes it, however far it has come. */
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
                            + SocketPeer.format(address) + "; does it speak TLS there?"));
        }
    }

    /**
     * One that is being dialed may have been accepted already, by a peer that must not see it end without a frame. So it may
     * come about. With TLS nothing is behind the handshake yet that could mind.
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
        return SocketPeer.format(address) + (state == State.SECURING ? " (where TLS has not shaken hands)" : "");
    }

    /** It may come about yet, though nobody wants it, for a while. */
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
