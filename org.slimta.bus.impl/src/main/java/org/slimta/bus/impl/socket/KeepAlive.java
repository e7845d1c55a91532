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
    static final Duration LEAST_PATIENCE = Duration.ofSeconds(3);

    /** What is to be done. */
    enum Verdict {
        /** Nothing. */
        ALIVE,
        /** The peer is to be asked now. */
        ASK,
        /** It is gone. */
        GONE
    }

    private long looked;
    private long asked;
    private long heard;

    /** The peer was there just now. */
    KeepAlive(long now) {
        looked = now;
        asked = now;
        heard = now;
    }

    /**
     * Looks at it. To be called several times in an interval.
     *
     * @param now the time
     * @param interval how long it may be silent before it is asked
     * @param heardLast when something came last
     * @return what is to be done
     */
    Verdict look(long now, Duration interval, long heardLast) {
        long patience = Math.max(interval.toNanos(), LEAST_PATIENCE.toNanos());
        long sinceLook = now - looked;
        looked = now;
        if (heardLast - heard > 0) {
            heard = heardLast;
        }
        boolean waits = asked - heard > 0;
        if (waits && sinceLook > patience / 2) {
            asked = now; // What has come meanwhile may not have been read.
        } else if (waits && now - asked > patience) {
            return Verdict.GONE;
        } else if (!waits && now - heard > interval.toNanos()) {
            asked = now;
            return Verdict.ASK;
        }
        return Verdict.ALIVE;
    }

    /** How long nothing has come, in ms. */
    long silence(long now) {
        return TimeUnit.NANOSECONDS.toMillis(now - heard);
    }
}
