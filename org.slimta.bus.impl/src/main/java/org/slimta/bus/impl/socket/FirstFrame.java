package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;

/**
 * How long a connection is expected to bring its first request though its server is closing: its client may have sent the
 * request before it could know. Times are in nanoseconds, of one clock. Thread-safe.
 */
final class FirstFrame {

    /** From when it was opened, or secured. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /**
     * For the beginning of a TLS handshake. Nobody has sent a request by then, but whoever connects to a busy machine should
     * not fail for that.
     */
    static final long PATIENCE_FOR_TLS = TimeUnit.SECONDS.toNanos(5);

    private final long opened;
    private final long handshakeTimeout;
    private volatile long ready;

    /**
     * A connection that is opened now.
     *
     * @param opened the time
     * @param handshakeTimeout how long its TLS handshake may take; of no use without
     */
    FirstFrame(long opened, long handshakeTimeout) {
        this.opened = opened;
        this.handshakeTimeout = handshakeTimeout;
        this.ready = opened;
    }

    /** Its TLS handshake is over. */
    void onSecured(long now) {
        ready = now;
    }

    /**
     * How long it is still expected.
     *
     * @param now the time
     * @param securing whether its TLS handshake is not over
     * @param handshaking whether that has begun: a TLS 1.3 client may send its request before the server knows that it is over
     * @return zero or less if it is not expected any more
     */
    long left(long now, boolean securing, boolean handshaking) {
        if (handshaking) {
            return opened + handshakeTimeout - now;
        }
        return securing ? opened + PATIENCE_FOR_TLS - now : ready + PATIENCE - now;
    }
}
