package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a closing server waits for the first request of a connection: its client may have sent the request before it
 * could know that the server is closing. Times are in nanoseconds of one clock. Thread-safe.
 */
final class FirstFrame {

    /** The wait from when the connection was opened, or secured. */
    static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * The wait for the beginning of a TLS handshake. No request can have been sent yet, but a client on a busy machine
     * should have time to begin its handshake.
     */
    static final long MAX_HANDSHAKE_START_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How often a closing server checks whether a TLS handshake that it waits for has completed. */
    private static final long HANDSHAKE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(125);

    private final long opened;
    private final long handshakeTimeout;

    /**
     * Since when a request may arrive; null until the TLS handshake is complete, which only {@link #onSecured} reports.
     */
    private volatile Long ready;

    private FirstFrame(long opened, long handshakeTimeout, Long ready) {
        this.opened = opened;
        this.handshakeTimeout = handshakeTimeout;
        this.ready = ready;
    }

    /**
     * Creates the wait of a connection without TLS that is being opened.
     *
     * @param opened the time
     */
    static FirstFrame withoutTls(long opened) {
        return new FirstFrame(opened, 0, opened);
    }

    /**
     * Creates the wait of a connection with TLS that is being opened.
     *
     * @param opened the time
     * @param handshakeTimeout the maximum time for its handshake
     */
    static FirstFrame withTls(long opened, long handshakeTimeout) {
        return new FirstFrame(opened, handshakeTimeout, null);
    }

    /** Its TLS handshake is complete. */
    void onSecured(long now) {
        ready = now;
    }

    /**
     * Returns how long the first request is still expected.
     *
     * @param now the time
     * @param begun whether a TLS handshake has begun: a TLS 1.3 client may send its request before the server knows
     *     that the handshake is complete
     * @return zero or less if it is no longer expected
     */
    long left(long now, boolean begun) {
        Long since = ready;
        if (since != null) {
            return since + MAX_WAIT_NANOS - now;
        }
        return opened + (begun ? handshakeTimeout : MAX_HANDSHAKE_START_NANOS) - now;
    }

    /** Returns the time to the next check, if the request is still expected for the given time. */
    Duration checkPause(long left) {
        return Duration.ofNanos(ready != null ? left : Math.min(left, HANDSHAKE_CHECK_NANOS));
    }
}
