package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the peer of a kept connection is there. When nothing has come from it for a while it is asked, and when it does not
 * answer, it is gone. A peer that is only busy is given some seconds, however often it is to be asked; and time in which this
 * end itself stood still does not count. Used by one thread at a time.
 */
final class KeepAlive {

    /**
     * How long an answer is waited for at least. A server that has no room for more requests says by itself that it is there,
     * once a second.
     */
    static final Duration MIN_PONG_WAIT = Duration.ofSeconds(3);

    /** What is to be done. */
    enum Verdict {
        /** Nothing. */
        ALIVE,
        /** The peer is to be asked now. */
        ASK,
        /** It is gone. */
        GONE
    }

    private long lastCheck;
    private long lastPing;
    private long lastHeard;

    /** The peer was there just now. */
    KeepAlive(long now) {
        lastCheck = now;
        lastPing = now;
        lastHeard = now;
    }

    /**
     * Looks at it. To be called several times in an interval.
     *
     * @param now the time
     * @param interval how long it may be silent before it is asked
     * @param heard when something came last
     * @return what is to be done
     */
    Verdict check(long now, Duration interval, long heard) {
        long pongWait = Math.max(interval.toNanos(), MIN_PONG_WAIT.toNanos());
        long sinceCheck = now - lastCheck;
        lastCheck = now;
        if (heard - lastHeard > 0) {
            lastHeard = heard;
        }
        boolean awaitsPong = lastPing - lastHeard > 0;
        if (awaitsPong && sinceCheck > pongWait / 2) {
            lastPing = now; // What has come meanwhile may not have been read.
        } else if (awaitsPong && now - lastPing > pongWait) {
            return Verdict.GONE;
        } else if (!awaitsPong && now - lastHeard > interval.toNanos()) {
            lastPing = now;
            return Verdict.ASK;
        }
        return Verdict.ALIVE;
    }

    /** How long nothing has come, in ms. */
    long silence(long now) {
        return TimeUnit.NANOSECONDS.toMillis(now - lastHeard);
    }
}
