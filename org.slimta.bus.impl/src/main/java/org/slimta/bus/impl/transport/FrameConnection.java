package org.slimta.bus.impl.transport;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection that carries frames in both directions. It notifies its listener of what happens, on one thread at a
 * time: its event thread. Thread-safe; no method blocks.
 */
public interface FrameConnection {

    /** Notified of what happens on a connection, on its event thread unless a method says otherwise. Must not block. */
    interface Listener {

        /**
         * A frame arrived.
         *
         * @param frame the frame
         */
        void onFrame(Frame frame);

        /**
         * All frames that arrived together were passed to {@link #onFrame}.
         *
         * @param midFrame whether a part of another frame has arrived
         */
        default void onReadComplete(boolean midFrame) {}

        /**
         * A frame was rejected, and its transaction may be known. If the rest of it is not skipped, what follows is
         * ignored.
         *
         * @param rejected why, and the beginning of the frame
         * @return whether this handles it; if not, {@link #onBadFrame} is called
         */
        default boolean onRejectedFrame(RejectedFrameException rejected) {
            return false;
        }

        /**
         * What arrived is not a frame, or is over a limit. What follows is ignored.
         *
         * @param failure why
         */
        void onBadFrame(BusException failure);

        /** A frame was written, or was withdrawn. Called on any thread. */
        default void onWritten() {}

        /**
         * The TLS handshake is complete. Never called without TLS.
         *
         * @param identity who the peer is; null if it has shown no certificate
         */
        default void onSecured(PeerIdentity identity) {}

        /** The connection was closed, by either end. May be called on any thread, and more than once. */
        void onClosed();
    }

    /**
     * Notifies the listener from now on. To be called once, on the event thread, for a connection that was accepted; a
     * connection made by {@link Transport#connect} has started already.
     */
    void start();

    /** Begins the TLS handshake of a client. */
    void secure();

    /** {@return whether it is open, and {@link #close()} was not called} */
    boolean isOpen();

    /** {@return whether it uses TLS and the handshake is not complete yet} */
    boolean isSecuring();

    /** {@return whether a TLS handshake has begun; still true when it is complete} */
    boolean hasBegunHandshake();

    /** {@return the time since it was created, in nanoseconds} */
    long age();

    /** {@return the frames that arrive, and whether they are read} */
    IncomingFrames incoming();

    /**
     * Adds a frame to the queue. It leaves with the next {@link #flush()}.
     *
     * @param frame the frame
     * @return the frame in the queue, to withdraw it
     */
    QueuedFrame send(OutboundFrame frame);

    /** Writes the queued frames on this thread, unless another thread already does. */
    void flush();

    /** {@return a task that calls {@link #flush()}; always the same object} */
    Runnable flusher();

    /** {@return the number of bytes of queued frames that have not left yet} */
    long unsentBytes();

    /** {@return when bytes left last, as {@link System#nanoTime()}; meaningful only while bytes are unsent} */
    long lastSent();

    /**
     * Checks whether the peer reads what is sent too slowly.
     *
     * @param timeout the time limit for all unsent bytes, and for standing still, in nanoseconds
     * @param rate the number of bytes for which there is a second more
     * @return the end of a sentence such as "the client did not read its responses", with the names of the options;
     *     null if the peer is in time
     */
    String overdueOutput(long timeout, long rate);

    /**
     * Adds memory to what is counted for this connection, for as long as it is open.
     *
     * @param bytes the number of bytes; a negative number takes them away
     */
    void addMemory(long bytes);

    /**
     * Notes that a part of the memory that was added is deferred: it waits until the peer has read some of its
     * responses.
     *
     * @param bytes the number of bytes; a negative number takes them away
     */
    void addDeferredMemory(long bytes);

    /** {@return whether the unsent frames use more memory than can be spared now} */
    boolean isMemoryScarce();

    /**
     * Runs an action once, as soon as there is more room in memory.
     *
     * @param action runs on any thread; must not block
     */
    void whenThereIsRoom(Runnable action);

    /**
     * The action is not to run any more.
     *
     * @param action what may have been passed to {@link #whenThereIsRoom}
     */
    void cancelWhenThereIsRoom(Runnable action);

    /** {@return its memory, for the budget of all connections} */
    MemoryBudget.Holder holder();

    /**
     * Runs a task on the event thread, soon. If it throws, the connection is closed.
     *
     * @param task must not block
     */
    void execute(Runnable task);

    /**
     * Ends the connection after the queued frames were sent. What the peer still sends is ignored until it has closed
     * its end too: closing a connection with unread bytes would destroy what is on its way to the peer. If the peer has
     * sent nothing more, and will not, the connection is closed without waiting for that.
     *
     * @param peerMaySendMore whether the peer may still send something
     */
    void finish(boolean peerMaySendMore);

    /** Closes it now; unsent frames are lost. */
    void close();
}
