package org.slimta.bus.impl.transport;

import java.util.Set;

/** The memory of one connection. Its methods are called on any thread and must not block. */
public interface MemoryHolder {

    /**
     * A connection with at most this much pending memory may use the last eighth of the limit: that is a small frame
     * that arrives, or some 64 small responses that are about to leave.
     */
    long SMALL_BYTES = 32 << 10;

    /** {@return the memory, in bytes, of incomplete incoming frames, and of what the peer has not read yet} */
    long pendingBytes();

    /**
     * Checks whether the connection has stalled: its bytes could move, but do not.
     *
     * @param bytes only more bytes than this count
     * @param since the time since which nothing has moved, by the clock
     * @return whether it has stalled
     */
    boolean isStalled(long bytes, long since);

    /** {@return the time, by the clock, at which the arriving frame began; or at which bytes arrived last} */
    long frameStart();

    /** {@return why the connection is not read now; empty if it is read} */
    Set<PauseReason> pauseReasons();

    /** Reads the connection again, as there may be room. */
    void resume();

    /** Reads a little though the connection is paused, to see whether anything arrives. */
    void probe();

    /**
     * Releases the memory: drops the frame that arrives, or closes the connection.
     *
     * @param why the reason, for the failure of the transaction or the connection
     */
    void giveUp(String why);
}
