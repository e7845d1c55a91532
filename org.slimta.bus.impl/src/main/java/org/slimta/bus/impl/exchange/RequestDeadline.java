package org.slimta.bus.impl.exchange;

import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.transaction.UnansweredTransaction;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * Until when the client of a request waits.
 *
 * @param time a time of {@link System#nanoTime()}; {@link UnansweredTransaction#NO_DEADLINE} if the client does not say
 */
record RequestDeadline(long time) {

    /** A longer time to live is reduced to this, which no bus here outlives. */
    private static final long MAX_TTL_MILLIS = TimeUnit.DAYS.toMillis(365);

    /** The deadline of a request that has arrived at a time. */
    static RequestDeadline of(FrameHeader header, long arrived) {
        return new RequestDeadline(
                header.ttl() == FrameHeader.NO_TTL
                        ? UnansweredTransaction.NO_DEADLINE
                        : arrived + TimeUnit.MILLISECONDS.toNanos(Math.min(header.ttl(), MAX_TTL_MILLIS)));
    }

    boolean hasPassed(long now) {
        return time != UnansweredTransaction.NO_DEADLINE && now - time > 0;
    }

    /** What happened to a request that was received after it, for messages. */
    String describePassed(long now) {
        return "the deadline of the client passed " + TimeUnit.NANOSECONDS.toMillis(now - time)
                + " ms before the request was received; the request was not processed";
    }
}
