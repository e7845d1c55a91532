package org.slimta.bus.impl.socket;

import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.status.RetryDelays;

/**
 * Whether a server has turned out not to use TLS, while the client does. Until it is corrected each attempt fails, and
 * costs both ends a handshake, so there is a pause before the next one, which grows. Used under a lock of its owner.
 */
final class PlainServer {

    private RetryDelays delays = new RetryDelays();
    private BusException failure; // Null if it is not known to be one.
    private long tryDue;

    /** An attempt has shown that the server does not use TLS. */
    void found(long now, BusException reason) {
        if (!isPausing(now)) { // Otherwise this attempt began before the pause.
            Duration pause = delays.next();
            tryDue = now + pause.toNanos();
            failure = reason;
        }
    }

    /** A connection was opened, or other options apply: nothing is known. */
    void clear() {
        if (failure != null) {
            failure = null;
            delays = new RetryDelays();
        }
    }

    /** Whether the last attempt has shown that it does not use TLS. */
    boolean isKnown() {
        return failure != null;
    }

    /** Whether no attempt is to be made now. */
    boolean isPausing(long now) {
        return failure != null && now - tryDue < 0;
    }

    /** Why transactions fail at once, or null if an attempt may be made. */
    BusException failure(long now) {
        return isPausing(now) ? failure : null;
    }

    /** When the next attempt may be made. */
    long tryDue() {
        return tryDue;
    }
}
