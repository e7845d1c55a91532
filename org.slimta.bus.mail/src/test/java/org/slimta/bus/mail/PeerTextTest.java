package org.slimta.bus.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PeerTextTest {

    @Test
    void whatCanBeSeenStaysAsItIs() {
        assertEquals("", PeerText.of(""));
        assertEquals("Grüße, 用户 \ud83d\ude00 'x'", PeerText.of("Grüße, 用户 \ud83d\ude00 'x'"));
        assertEquals("x".repeat(200), PeerText.of("x".repeat(200)));
    }

    @Test
    void whatCannotBeSeenIsMadeVisible() {
        assertEquals(
                "\\r\\n\\t\\u0000\\u001b[31m\\u007f\\u0085\\u009b",
                PeerText.of("\r\n\t\0\u001b[31m\u007f\u0085\u009b"));
        assertEquals("a\\u202eb\\u2028c\\ufeff\\ud800", PeerText.of("a\u202eb\u2028c\ufeff\ud800"));
    }

    @Test
    void whatIsLongIsCutAndSaysHowLongItIs() {
        assertEquals("x".repeat(200) + "... (1000000 characters)", PeerText.of("x".repeat(1_000_000)));
        assertTrue(PeerText.of("\u001b".repeat(1_000_000)).length() < 240);
        assertEquals(
                "x".repeat(199) + "\ud83d\ude00... (203 characters)", PeerText.of("x".repeat(199) + "\ud83d\ude00yz"));
    }
}
