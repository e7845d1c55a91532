package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether the peer of a kept connection is alive. If nothing has arrived from it for a while, it is pinged,
 * and if it does not respond to the ping, it is gone. A busy peer has some seconds, however short the interval is; and
 * time in which this end itself stood still does not count. Used by one thread at a time.
 */
final class KeepAlive {

    /**
     * The shortest time to wait for a pong. A server without room for more requests reports by itself once a second
     * that it is alive.
     */
    static final Duration MIN_PONG_WAIT = Duration.ofSeconds(3);

    /** What the caller must do. */
    enum Verdict {
        /** Do nothing. */
        ALIVE,
        /** Send a ping now. */
        ASK,
        /** Close the connection: the peer is gone. */
        GONE
    }

    private long lastCheck;
    private long lastPing;
    private long lastHeard;

    /** The peer is alive now. */
    KeepAlive(long now) {
        lastCheck = now;
        lastPing = now;
        lastHeard = now;
    }

    /**
     * Checks the peer. To be called several times in an interval.
     *
     * @param now the time
     * @param interval how long the peer may be silent before it is pinged
     * @param heard when data from the peer arrived last
     * @return what the caller must do
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
            lastPing = now; // What has arrived meanwhile may not have been read.
        } else if (awaitsPong && now - lastPing > pongWait) {
            return Verdict.GONE;
        } else if (!awaitsPong && now - lastHeard > interval.toNanos()) {
            lastPing = now;
            return Verdict.ASK;
        }
        return Verdict.ALIVE;
    }

    /** Returns how long nothing has arrived, in ms. */
    long silence(long now) {
        return TimeUnit.NANOSECONDS.toMillis(now - lastHeard);
    }
}
