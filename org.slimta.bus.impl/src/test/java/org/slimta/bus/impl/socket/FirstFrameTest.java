package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a server that closes waits for a first request. */
class FirstFrameTest {

    private static final long OPENED = Long.MAX_VALUE - 1000; // The clock may pass its largest number.
    private static final long HANDSHAKE = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FirstFrame first = new FirstFrame(OPENED, HANDSHAKE);

    @Test
    void withoutTlsItCountsFromTheOpening() {
        assertEquals(SECOND, first.left(OPENED, false, false));
        assertEquals(-SECOND, first.left(OPENED + 2 * SECOND, false, false));
    }

    @Test
    void aHandshakeThatHasNotBegunIsNotWaitedForTheWholeTime() {
        assertEquals(5 * SECOND, first.left(OPENED, true, false));
        assertTrue(first.left(OPENED + 6 * SECOND, true, false) < 0);
    }

    @Test
    void oneThatHasBegunHasItsWholeTime() {
        assertEquals(4 * SECOND, first.left(OPENED + 6 * SECOND, true, true));
        assertEquals(0, first.left(OPENED + HANDSHAKE, true, true));
    }

    @Test
    void behindItTheRequestIsExpectedLikeWithoutTls() {
        first.onSecured(OPENED + 9 * SECOND);
        assertEquals(SECOND, first.left(OPENED + 9 * SECOND, false, false));
        assertEquals(0, first.left(OPENED + 10 * SECOND, false, false));
    }
}
