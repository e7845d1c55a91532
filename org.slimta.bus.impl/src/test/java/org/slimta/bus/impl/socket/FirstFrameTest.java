package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a server that closes waits for a first request. */
class FirstFrameTest {

    private static final long OPENED = Long.MAX_VALUE - 1000; // The clock may pass its largest number.
    private static final long HANDSHAKE = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FirstFrame plain = FirstFrame.withoutTls(OPENED);
    private final FirstFrame first = FirstFrame.withTls(OPENED, HANDSHAKE);

    @Test
    void withoutTlsItCountsFromTheOpening() {
        assertEquals(SECOND, plain.left(OPENED, false));
        assertEquals(-SECOND, plain.left(OPENED + 2 * SECOND, false));
    }

    @Test
    void aHandshakeThatHasNotBegunIsNotWaitedForTheWholeTime() {
        assertEquals(5 * SECOND, first.left(OPENED, false));
        assertTrue(first.left(OPENED + 6 * SECOND, false) < 0);
    }

    /** Until it is said that it is over, whatever is known elsewhere. */
    @Test
    void oneThatHasBegunHasItsWholeTime() {
        assertEquals(4 * SECOND, first.left(OPENED + 6 * SECOND, true));
        assertEquals(0, first.left(OPENED + HANDSHAKE, true));
    }

    @Test
    void behindItTheRequestIsExpectedLikeWithoutTls() {
        first.onSecured(OPENED + 9 * SECOND);
        assertEquals(SECOND, first.left(OPENED + 9 * SECOND, true));
        assertEquals(0, first.left(OPENED + 10 * SECOND, true));
    }

    @Test
    void howItGoesOnIsLookedAtWhileAHandshakeIsAwaited() {
        assertEquals(SECOND, plain.checkPause(SECOND).toNanos());
        assertEquals(Duration.ofMillis(125), first.checkPause(SECOND));
        assertEquals(7, first.checkPause(7).toNanos());
        first.onSecured(OPENED);
        assertEquals(SECOND, first.checkPause(SECOND).toNanos());
    }
}
