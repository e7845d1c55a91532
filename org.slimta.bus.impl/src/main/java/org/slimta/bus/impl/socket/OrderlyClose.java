package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.Frame;

/**
 * The end of a connection whose peer may be a node that goes wrong for good when a connection ends before it has brought a
 * whole frame. So the peer gets a whole frame: what was begun is sent to its end; if nothing was, an empty array of requests.
 * Then the connection is closed in order, and what the peer still says is not listened to. All that has its time. Source: the
 * wire page, part A.
 */
final class OrderlyClose implements FrameConnection.Listener, OrderlyCloses.ClosingConnection {

    /** How long the rest of a frame may take, in nanoseconds. */
    static final long MAX_SENDING_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** How long nothing of it may leave, in nanoseconds. */
    static final long MAX_STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long the peer has to close its end after that, from when it is seen, in nanoseconds. */
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The connection. */
    interface Connection {

        /** Sends an array without requests, soon. */
        void sendEmptyArray();

        /** Listens no more to what the peer says, soon. */
        void ignore();

        /** How many bytes have not left yet. */
        long backlog();

        /** When something left last, as {@link System#nanoTime()}; only of use while there is a backlog. */
        long lastWrite();

        /** Closes this end's half, and the other when the peer has closed its own. */
        void finish();

        /** Closes it now. */
        void close();
    }

    private enum State {
        /** Nothing was said, so that nothing that leaves or is withdrawn ends it. */
        NEW,
        /** Something has still to leave. */
        SENDING,
        /** All has left, and this end's half is closed. */
        LINGERING,
        /** It is closed. */
        OVER
    }

    private final Connection connection;
    private final long created;
    private final OrderlyCloses closes;
    private State state = State.NEW;
    private boolean lingerSeen;
    private long lingerStart;

    /**
     * A farewell that has not begun.
     *
     * @param connection the connection
     * @param now the time
     * @param closes watches over it until the connection is closed
     */
    OrderlyClose(Connection connection, long now, OrderlyCloses closes) {
        this.connection = connection;
        this.created = now;
        this.closes = closes;
    }

    /**
     * Begins. It must be watched over, and be told what happens on the connection, by then.
     *
     * @param nothingSent whether nothing of a frame was sent
     */
    void start(boolean nothingSent) {
        connection.ignore();
        if (nothingSent) {
            connection.sendEmptyArray();
        }
        synchronized (this) {
            if (state == State.NEW) {
                state = State.SENDING;
            }
        }
        onWritten(); // It may have left already.
    }

    @Override
    public long unsentBytes() {
        return connection.backlog();
    }

    @Override
    public void onWritten() {
        synchronized (this) {
            if (state != State.SENDING || connection.backlog() > 0) {
                return;
            }
            state = State.LINGERING;
        }
        connection.finish();
        closes.onSent();
    }

    @Override
    public void onFrame(Frame frame) {
        // It answers what nobody waits for any more.
    }

    @Override
    public void onBadFrame(BusException failure) {
        close(); // Nothing more is read or sent on it.
    }

    @Override
    public void onClosed() {
        synchronized (this) {
            state = State.OVER;
        }
        closes.remove(this);
    }

    @Override
    public synchronized boolean isSending() {
        return state == State.NEW || state == State.SENDING;
    }

    @Override
    public void checkTimeouts(long now) {
        boolean overdue;
        synchronized (this) {
            if (state == State.LINGERING && !lingerSeen) {
                lingerSeen = true;
                lingerStart = now;
            }
            overdue = switch (state) {
                case NEW, SENDING -> now - created > MAX_SENDING_NANOS || now - created > MAX_STALL_NANOS && now - connection.lastWrite() > MAX_STALL_NANOS;
                case LINGERING -> now - lingerStart > LINGER_NANOS;
                case OVER -> false;
            };
        }
        if (overdue) {
            close();
        }
    }

    @Override
    public void close() {
        connection.close();
        onClosed();
    }
}
