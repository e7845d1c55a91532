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
final class OrderlyClose implements FrameConnection.Listener, OrderlyCloses.Departure {

    /** How long the rest of a frame may take, in nanoseconds. */
    static final long LONGEST = TimeUnit.MINUTES.toNanos(5);

    /** How long nothing of it may leave, in nanoseconds. */
    static final long STANDSTILL = TimeUnit.SECONDS.toNanos(30);

    /** How long the peer has to close its end after that, from when it is seen, in nanoseconds. */
    static final long LINGER = TimeUnit.SECONDS.toNanos(2);

    /** The connection. */
    interface Way {

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

    private final Way way;
    private final long start;
    private final OrderlyCloses among;
    private State state = State.NEW;
    private boolean lingerSeen;
    private long lingerStart;

    /**
     * A farewell that has not begun.
     *
     * @param way the connection
     * @param now the time
     * @param among who watches over it until the connection is closed
     */
    OrderlyClose(Way way, long now, OrderlyCloses among) {
        this.way = way;
        this.start = now;
        this.among = among;
    }

    /**
     * Begins. It must be watched over, and be told what happens on the connection, by then.
     *
     * @param nothingSent whether nothing of a frame was sent
     */
    void say(boolean nothingSent) {
        way.ignore();
        if (nothingSent) {
            way.sendEmptyArray();
        }
        synchronized (this) {
            if (state == State.NEW) {
                state = State.SENDING;
            }
        }
        onWritten(); // It may have left already.
    }

    @Override
    public long rest() {
        return way.backlog();
    }

    @Override
    public void onWritten() {
        synchronized (this) {
            if (state != State.SENDING || way.backlog() > 0) {
                return;
            }
            state = State.LINGERING;
        }
        way.finish();
        among.said();
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
        among.remove(this);
    }

    @Override
    public synchronized boolean isSpeaking() {
        return state == State.NEW || state == State.SENDING;
    }

    @Override
    public void look(long now) {
        boolean late;
        synchronized (this) {
            if (state == State.LINGERING && !lingerSeen) {
                lingerSeen = true;
                lingerStart = now;
            }
            late = switch (state) {
                case NEW, SENDING -> now - start > LONGEST || now - start > STANDSTILL && now - way.lastWrite() > STANDSTILL;
                case LINGERING -> now - lingerStart > LINGER;
                case OVER -> false;
            };
        }
        if (late) {
            close();
        }
    }

    @Override
    public void close() {
        way.close();
        onClosed();
    }
}
