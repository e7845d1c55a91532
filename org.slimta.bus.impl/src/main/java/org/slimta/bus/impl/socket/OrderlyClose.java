package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.Frame;

/**
 * The end of a connection whose peer may be a node that fails permanently when a connection ends before a whole frame
 * has arrived. So the peer gets a whole frame: a frame that was begun is sent to its end; otherwise an empty array of
 * requests is sent. Then the connection is closed in order, and whatever the peer still sends is ignored. Each step has
 * a time limit. Source: the wire page, part A.
 */
final class OrderlyClose implements FrameConnection.Listener, OrderlyCloses.ClosingConnection {

    /** The maximum time for the rest of a frame. */
    static final long MAX_SENDING_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** The maximum time in which nothing of it is written. */
    static final long MAX_STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long the peer then has to close its end, from the first check after that. */
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The connection that is closed. */
    interface Connection {

        /** Sends an empty array of requests, soon. */
        void sendEmptyArray();

        /** Ignores what the peer sends, soon. */
        void ignore();

        /** Returns how many bytes are not written yet. */
        long backlog();

        /**
         * Returns when something was written last, a time of {@link System#nanoTime()}; meaningful only while there is
         * a backlog.
         */
        long lastWrite();

        /** Closes this end's half, and the other half when the peer has closed its own. */
        void finish();

        /** Closes it now. */
        void close();
    }

    private enum State {
        /** Nothing was done, so a frame that is written or withdrawn does not end it. */
        NEW,
        /** Something has still to be written. */
        SENDING,
        /** Everything was written, and this end's half is closed. */
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
     * Creates an orderly close that has not begun.
     *
     * @param connection the connection
     * @param now the time
     * @param closes checks it until the connection is closed
     */
    OrderlyClose(Connection connection, long now, OrderlyCloses closes) {
        this.connection = connection;
        this.created = now;
        this.closes = closes;
    }

    /**
     * Begins. By then it must be among the connections that are checked, and be notified of the events of the
     * connection.
     *
     * @param nothingSent whether no part of a frame was sent
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
        onWritten(); // Everything may have been written already.
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
        // A response that is not expected any more.
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
                case NEW, SENDING ->
                    now - created > MAX_SENDING_NANOS
                            || (now - created > MAX_STALL_NANOS && now - connection.lastWrite() > MAX_STALL_NANOS);
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
