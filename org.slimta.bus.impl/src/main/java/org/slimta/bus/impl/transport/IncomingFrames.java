package org.slimta.bus.impl.transport;

import java.util.Set;
import org.slimta.bus.api.BusException;

/**
 * What arrives on a connection, and whether it is read. What changes something is called on the event thread of the connection;
 * any thread may ask.
 */
public interface IncomingFrames {

    /**
     * Reads no more until all reasons not to are gone.
     *
     * @param reason a reason
     */
    void pause(PauseReason reason);

    /**
     * That is no reason any more not to read. What was kept back is read first, if there is no other reason.
     *
     * @param reason what may have been a reason
     */
    void resume(PauseReason reason);

    /** {@return whether there is any reason not to read} */
    boolean isPaused();

    /**
     * Tells whether that is a reason not to read.
     *
     * @param reason what may be a reason
     * @return whether it is
     */
    boolean isPausedFor(PauseReason reason);

    /** {@return why nothing is read now; empty if it is} */
    Set<PauseReason> pauseReasons();

    /** A first frame is expected from now on: it must come to its end in time, like one that has begun. */
    void expectFrame();

    /** Hears nothing more: what arrives from now on is read, and ignored. */
    void ignore();

    /**
     * Rejects the frame that is arriving, to let go what it holds.
     *
     * @param failure why
     * @return whether the connection goes on without it
     */
    boolean reject(BusException failure);

    /** {@return the beginning of the XML of a frame that is arriving, or null} */
    byte[] beginning();

    /** {@return whether the rest of a frame is skipped that was rejected} */
    boolean isSkipping();

    /**
     * Tells what is wrong with the pace of the frame that arrives.
     *
     * @param timeout the time for the whole, and to stand still at most, in nanoseconds
     * @param rate for how many bytes there is a second more
     * @return what comes after "it does not arrive", with the names of the options; null if there is nothing wrong
     */
    String late(long timeout, long rate);

    /**
     * Tells whether a frame has been arriving for long, without the time in which nothing was read.
     *
     * @param nanos how long, in nanoseconds
     * @return whether it takes longer
     */
    boolean isArrivingFor(long nanos);

    /** {@return when something arrived last, as {@link System#nanoTime()}} */
    long lastRead();
}
