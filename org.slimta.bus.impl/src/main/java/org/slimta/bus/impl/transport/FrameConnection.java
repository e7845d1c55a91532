package org.slimta.bus.impl.transport;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * One connection as a way for frames, in both directions. What happens on it is told to its listener, on one thread at a time:
 * its event thread. Thread-safe; nothing here blocks.
 */
public interface FrameConnection {

    /** Whom a connection serves. Called on its event thread unless said otherwise, so it must not block. */
    interface Listener {

        /**
         * A frame arrived.
         *
         * @param frame the frame
         */
        void onFrame(Frame frame);

        /**
         * All frames that arrived together were handed over.
         *
         * @param midFrame whether part of another one is there
         */
        default void onReadComplete(boolean midFrame) {}

        /**
         * A frame was rejected, and it may be possible to tell whom it is for. If it is not skipped, what follows is ignored.
         *
         * @param rejected what is known of it
         * @return whether that is all; if not, it is a bad frame
         */
        default boolean onRejectedFrame(RejectedFrameException rejected) {
            return false;
        }

        /**
         * What arrived is no frame, or over a limit. What follows is ignored.
         *
         * @param failure what is wrong with it
         */
        void onBadFrame(BusException failure);

        /** Something that was to be written is, or was withdrawn. Called on any thread. */
        default void onWritten() {}

        /**
         * The TLS handshake is over. Without TLS this is never called.
         *
         * @param identity what the peer has shown, or null
         */
        default void onSecured(PeerIdentity identity) {}

        /** The connection is closed, by whomever. May be called on any thread, and more than once. */
        void onClosed();
    }

    /** Tells the listener what happens from now on. To be called once, on the event thread, by whoever accepted it. */
    void start();

    /** Begins the TLS handshake of a client. */
    void secure();

    /** {@return whether it is open, and nobody has closed it} */
    boolean isOpen();

    /** {@return whether a TLS handshake is still to come to its end} */
    boolean isSecuring();

    /** {@return whether the peer has begun a TLS handshake, be it over or not} */
    boolean hasBegunHandshake();

    /** {@return how long it has been there, in nanoseconds} */
    long age();

    /** {@return what arrives} */
    IncomingFrames incoming();

    /**
     * Adds a frame to what is to be written. It leaves with the next {@link #flush()}.
     *
     * @param frame the frame
     * @return its place in the queue
     */
    QueuedFrame send(OutboundFrame frame);

    /** Writes what is to be written, on this thread, unless another one does so already. */
    void flush();

    /** {@return what calls {@link #flush()}; always the same object} */
    Runnable flusher();

    /** {@return how many bytes wait to be written, or have not left yet} */
    long unsentBytes();

    /** {@return when something left last, as {@link System#nanoTime()}; only of use while something waits} */
    long lastSent();

    /**
     * Tells what is wrong with the pace of what the peer takes.
     *
     * @param timeout the time for the whole, and to stand still at most, in nanoseconds
     * @param rate for how many bytes there is a second more
     * @return what comes after "it does not take", with the names of the options; null if there is nothing wrong
     */
    String lateTaking(long timeout, long rate);

    /**
     * It holds more memory, or less, for as long as it is open.
     *
     * @param bytes how many bytes more
     */
    void hold(long bytes);

    /**
     * More of what it holds, or less, waits until the peer has taken something.
     *
     * @param bytes how many bytes more
     */
    void holdAside(long bytes);

    /** {@return whether what waits to be written takes more memory than can be spared} */
    boolean isHoldingTooMuch();

    /**
     * Has something done when there is more room in memory.
     *
     * @param action what to do, on any thread; must not block
     */
    void whenThereIsRoom(Runnable action);

    /**
     * That is not to be done any more.
     *
     * @param action what may have been given to {@link #whenThereIsRoom}
     */
    void awaitRoomNoMore(Runnable action);

    /** {@return what its memory is counted as} */
    MemoryBudget.Holder holder();

    /**
     * Runs something on the event thread, soon. If it throws, that ends the connection.
     *
     * @param task what to run; must not block
     */
    void execute(Runnable task);

    /**
     * Ends the connection after what was written. What the peer still sends is ignored until it has closed too; if it has sent
     * nothing more, and will not, there is no need to wait for that: to close a connection with something unread would destroy
     * what is on its way to the peer.
     *
     * @param peerMaySendMore whether the peer may send something yet
     */
    void finish(boolean peerMaySendMore);

    /** Closes it now; what waits to be written is lost. */
    void close();
}
