package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;

/**
 * Whether a server is away but expected back, and when to try again: after a short pause first, which grows. Used under
 * a lock of its owner.
 */
final class ServerAbsence {

    /** In place of a time: never. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long MIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private enum State {
        /** It is present, as far as is known. */
        SETTLED,
        /** It is present, but has announced recently that it was closing, and may do so again. */
        UNSETTLED,
        /** It has announced that it is closing. */
        CLOSING,
        /** It accepts no connections but still serves some: it will announce that it is closing, or it is dying. */
        REFUSING
    }

    private State state = State.SETTLED;
    private long until;
    private long pause;
    private long tryDue = NEVER;
    private BusException refusal;

    private boolean isOver(long now) {
        return now - until >= 0;
    }

    /** It has announced that it is closing. It is expected back within the given time. */
    void closing(long now, Duration maxAbsence) {
        state = State.CLOSING;
        until = now + maxAbsence.toNanos();
        refusal = null;
    }

    /**
     * No connection could be opened.
     *
     * @param now the time
     * @param maxAbsence how long to wait for it to return, unless such a wait is already running
     * @param serves whether it still serves a connection
     * @param failure the reason
     * @return whether waiting for it makes sense
     */
    boolean refused(long now, Duration maxAbsence, boolean serves, BusException failure) {
        if (!isAway(now)) {
            boolean unsettled = isUnsettled(now);
            if (!unsettled && !serves) {
                return false;
            }
            if (!unsettled) {
                until = now + maxAbsence.toNanos();
                refusal = failure;
            }
            state = unsettled ? State.CLOSING : State.REFUSING;
        }
        return true;
    }

    /** Whether a transaction that needs a connection should wait. */
    boolean isAway(long now) {
        if (state != State.CLOSING && state != State.REFUSING) {
            return false;
        }
        if (isOver(now)) {
            state = State.SETTLED;
            refusal = null;
            return false;
        }
        return true;
    }

    /** Whether it was away recently, so that it may go away again at any moment. */
    boolean isUnsettled(long now) {
        return state != State.SETTLED && !isOver(now);
    }

    /** It can be reached again. */
    void returned() {
        state = switch (state) {
            case CLOSING, UNSETTLED -> State.UNSETTLED;
            case REFUSING, SETTLED -> State.SETTLED;
        };
        refusal = null;
        tryDue = NEVER;
    }

    /** It has sent a response: the next pause is short again. */
    void answered() {
        pause = 0;
    }

    /**
     * It serves no connection any more. If it only refused others, and has not announced that it is closing, it has
     * died.
     *
     * @return why the transactions that wait for it fail; null if they should go on waiting
     */
    BusException died() {
        if (state != State.REFUSING) {
            return null;
        }
        BusException why = refusal;
        returned();
        return why;
    }

    /** A transaction waits for it: schedules the next attempt to connect. */
    void scheduleTry(long now) {
        if (tryDue == NEVER) {
            tryDue = now + pause;
            pause = Math.min(MAX_PAUSE_NANOS, Math.max(MIN_PAUSE_NANOS, 2 * pause));
        }
    }

    /** Returns when to try next, or {@link #NEVER}. */
    long tryDue() {
        return tryDue;
    }

    /** Returns whether to try now; then only once. */
    boolean takeTry(long now) {
        if (tryDue == NEVER || now - tryDue < 0) {
            return false;
        }
        tryDue = NEVER;
        return true;
    }
}
