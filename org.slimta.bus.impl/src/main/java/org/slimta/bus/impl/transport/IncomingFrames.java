package org.slimta.bus.impl.transport;

import java.util.Set;
import org.slimta.bus.api.BusException;

/**
 * The frames that arrive on a connection, and whether they are read. Methods that change something are to be called on
 * the event thread of the connection, the others on any thread.
 */
public interface IncomingFrames {

    /**
     * Pauses reading until all reasons for that are gone.
     *
     * @param reason the reason
     */
    void pause(PauseReason reason);

    /**
     * Removes a reason to pause. If none is left, the bytes that have arrived already are decoded first.
     *
     * @param reason the reason; nothing happens if it is not one
     */
    void resume(PauseReason reason);

    /** {@return whether reading is paused, for any reason} */
    boolean isPaused();

    /**
     * Tells whether reading is paused for a reason.
     *
     * @param reason the reason
     * @return whether it is one of the reasons now
     */
    boolean isPausedFor(PauseReason reason);

    /** {@return why reading is paused now; empty if it is not} */
    Set<PauseReason> pauseReasons();

    /** Expects a first frame from now on: its time runs as if it had begun to arrive. */
    void expectFrame();

    /** Reads and ignores what arrives from now on. */
    void ignore();

    /**
     * Rejects the frame that is arriving, to release its memory.
     *
     * @param failure why
     * @return whether the connection continues without it; if not, nothing has changed
     */
    boolean reject(BusException failure);

    /** {@return the beginning of the XML of the frame that is arriving; null if none is} */
    byte[] beginning();

    /** {@return whether the rest of a rejected frame is being skipped} */
    boolean isSkipping();

    /**
     * Checks whether the arriving frame takes too long.
     *
     * @param timeout the time limit of a frame, and of standing still, in nanoseconds
     * @param rate the number of bytes for which a frame has a second more
     * @return the end of a sentence such as "no complete frame arrived", with the names of the options; null if the
     *     frame is in time, or none is arriving
     */
    String overdue(long timeout, long rate);

    /**
     * Tells whether the arriving frame takes longer than a time, without the time in which reading was paused.
     *
     * @param nanos the time, in nanoseconds
     * @return whether it takes longer; false while reading is paused, or if no frame is arriving
     */
    boolean isArrivingFor(long nanos);

    /** {@return when bytes arrived last, as {@link System#nanoTime()}} */
    long lastRead();
}
