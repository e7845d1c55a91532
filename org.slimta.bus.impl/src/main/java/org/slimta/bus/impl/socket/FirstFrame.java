package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a connection is expected to bring its first request though its server is closing: its client may have sent the
 * request before it could know. Times are in nanoseconds, of one clock. Thread-safe.
 */
final class FirstFrame {

    /** From when it was opened, or secured. */
    static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * For the beginning of a TLS handshake. No request can have been sent yet; but a client on a busy machine should get time to
     * begin its handshake.
     */
    static final long MAX_HANDSHAKE_START_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How often a closing server checks whether a TLS handshake that it waits for has finished. */
    private static final long HANDSHAKE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(125);

    private final long opened;
    private final long handshakeTimeout;

    /** Since when a request may come; null while its TLS handshake is not over, which nothing else tells here. */
    private volatile Long ready;

    private FirstFrame(long opened, long handshakeTimeout, Long ready) {
        this.opened = opened;
        this.handshakeTimeout = handshakeTimeout;
        this.ready = ready;
    }

    /**
     * A connection without TLS that is opened now.
     *
     * @param opened the time
     */
    static FirstFrame withoutTls(long opened) {
        return new FirstFrame(opened, 0, opened);
    }

    /**
     * A connection with TLS that is opened now.
     *
     * @param opened the time
     * @param handshakeTimeout how long its handshake may take
     */
    static FirstFrame withTls(long opened, long handshakeTimeout) {
        return new FirstFrame(opened, handshakeTimeout, null);
    }

    /** Its TLS handshake is over. */
    void onSecured(long now) {
        ready = now;
    }

    /**
     * How long it is still expected.
     *
     * @param now the time
     * @param begun whether a TLS handshake has begun: a TLS 1.3 client may send its request before the server knows that it is
     *     over
     * @return zero or less if it is not expected any more
     */
    long left(long now, boolean begun) {
        Long since = ready;
        if (since != null) {
            return since + MAX_WAIT_NANOS - now;
        }
        return opened + (begun ? handshakeTimeout : MAX_HANDSHAKE_START_NANOS) - now;
    }

    /** When to check again, if it is still expected for some time. */
    Duration checkPause(long left) {
        return Duration.ofNanos(ready != null ? left : Math.min(left, HANDSHAKE_CHECK_NANOS));
    }
}
