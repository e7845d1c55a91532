package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.BusException;

/**
 * Whether a server is away but expected back, and when it is to be tried again: after a short pause first, which grows. Used
 * under a lock of its owner.
 */
final class ServerAbsence {

    /** No time. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long MIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private enum State {
        /** It is there, as far as is known. */
        SETTLED,
        /** It is there, but has said lately that it was closing, and may do so again. */
        UNSETTLED,
        /** It has said that it is closing. */
        CLOSING,
        /** It takes no connections, though it still serves some: it is about to say that it is closing, or it is dying. */
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

    /** It has said that it is closing. It is expected back within that time. */
    void closing(long now, Duration maxAbsence) {
        state = State.CLOSING;
        until = now + maxAbsence.toNanos();
        refusal = null;
    }

    /**
     * No connection came about.
     *
     * @param now the time
     * @param maxAbsence how long to wait for it to return, unless such a wait is already running
     * @param serves whether it still serves a connection
     * @param failure what happened
     * @return whether it is worth while to wait for it
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

    /** Whether those who want a connection had better wait. */
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

    /** Whether it was away lately, so that it may be again at any moment. */
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

    /** It has answered: the next pause is short again. */
    void answered() {
        pause = 0;
    }

    /**
     * It serves no connection any more. If it only refused others, and has not said that it is closing, it has died.
     *
     * @return why those who wait for it fail; null if they had better go on waiting
     */
    BusException died() {
        if (state != State.REFUSING) {
            return null;
        }
        BusException why = refusal;
        returned();
        return why;
    }

    /** Somebody waits for it. */
    void scheduleTry(long now) {
        if (tryDue == NEVER) {
            tryDue = now + pause;
            pause = Math.min(MAX_PAUSE_NANOS, Math.max(MIN_PAUSE_NANOS, 2 * pause));
        }
    }

    /** When it is to be tried, or {@link #NEVER}. */
    long tryDue() {
        return tryDue;
    }

    /** Whether it is to be tried now; then once. */
    boolean takeTry(long now) {
        if (tryDue == NEVER || now - tryDue < 0) {
            return false;
        }
        tryDue = NEVER;
        return true;
    }
}
